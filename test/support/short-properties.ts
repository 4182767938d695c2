// `npm run verify` asks each property for a fifth of a second, with another seed every time; `npm test` lets them run as often as they say.
if (process.env.FLEET_TEST_PROPERTIES === 'short') {
  // eslint-disable-next-line typescript/no-require-imports -- most files have no properties and are not to wait for the library
  const { configureGlobal } = require('fast-check') as typeof import('fast-check');
  configureGlobal({ interruptAfterTimeLimit: 200 });
}
export {};
