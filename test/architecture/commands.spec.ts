interface TestCommand {
  jestFlags(version: string): string[];
  resultOf(result: object | undefined, ok: boolean, browserRequired: boolean): { passed: number; failed: number; notes: string[] };
}

const { jestFlags, resultOf } = jest.requireActual<TestCommand>('../../tools/test.js');

const run = (statuses: Record<string, string[]>, more: object = {}): object => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: Object.entries(statuses).map(([name, list]) => ({ name: `${process.cwd()}/${name}`, assertionResults: list.map((status) => ({ status })) })),
  ...more,
});

describe('npm test', () => {
  it('counts tests, suites that do not load and runs that end without a result', () => {
    expect(resultOf(run({}), true, false)).toEqual({ passed: 3, failed: 0, notes: [] });
    expect(resultOf(run({}, { numFailedTests: 2, numRuntimeErrorTestSuites: 1 }), false, false)).toMatchObject({ passed: 3, failed: 3 });
    expect(resultOf(run({}), false, false)).toMatchObject({ failed: 1 });
    expect(resultOf(undefined, false, false)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('says in one line that browser tests were skipped, and fails where a browser is required', () => {
    const skipped = run({ 'test/browser/map.spec.ts': ['pending', 'pending'], 'test/start/places.spec.ts': ['pending'] });
    expect(resultOf(skipped, true, false)).toEqual({
      passed: 3,
      failed: 0,
      notes: ['2 browser tests skipped: no browser runs on this machine', '1 tests skipped: this machine lacks what they need'],
    });
    expect(resultOf(skipped, true, true)).toMatchObject({ failed: 2 });
  });

  it('loads ESM packages natively where jest can', () => {
    expect([jestFlags('20.19.0'), jestFlags('24.8.1')]).toEqual([[], []]);
    expect([jestFlags('24.9.0')[0], jestFlags('25.0.0')[0]]).toEqual(['--experimental-vm-modules', '--experimental-vm-modules']);
  });
});
