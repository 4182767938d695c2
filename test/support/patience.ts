/** A house is started in hooks, and several at once where tests run side by side. Speed is for the benches to judge. */
jest.setTimeout(60_000);
