declare module 's3rver' {
  import type { Server } from 'node:http';

  interface Options {
    address: string;
    port: number;
    silent: boolean;
    directory: string;
    configureBuckets: { name: string; configs: string[] }[];
  }
  class S3rver {
    constructor(options: Options);
    configureBuckets(): Promise<unknown>;
    listen(port: number, host: string, done: () => void): Server;
  }
  export = S3rver;
}
