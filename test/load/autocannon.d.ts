declare module 'autocannon' {
  export interface Result {
    requests: { total: number };
    latency: { p50: number; p97_5: number; p99: number };
    duration: number;
    non2xx: number;
    errors: number;
  }
  interface Options {
    url: string;
    headers?: Record<string, string>;
    connections: number;
    duration: number;
    overallRate?: number;
    requests?: { path: string }[];
  }
  function autocannon(options: Options): Promise<Result>;
  export default autocannon;
}
