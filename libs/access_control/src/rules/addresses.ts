const privateRanges = /^(localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\]|.+\.(local|internal|lan))$/i;

/** A machine that is reached without crossing the open net. */
export const isPrivateHost = (host: string): boolean => privateRanges.test(host);
