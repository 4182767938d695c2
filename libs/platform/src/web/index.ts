export { readWebFiles, webApp, type WebFiles } from './web-app';
