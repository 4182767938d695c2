export { CONFIG, ConfigFault, ConfigModule, publicUrl, readConfig, useConfig } from './config';
export { envExample } from './env-example';
export type { Config } from './schema';
