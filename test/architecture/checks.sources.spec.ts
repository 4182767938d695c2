import { eventFaults } from './checks/events';
import { migrationFaults } from './checks/migrations';
import { clockFaults, environmentFaults, limitFaults, switchedOffFaults } from './checks/tidy';
import { houseOf } from './sources';

describe('the environment', () => {
  it.each(['process.env.X', `process['env'].X`, 'globalThis.process.env', 'const { env } = process', 'const { env: e } = process', `import { env } from 'node:process'`])('is found: %s', (text) => {
    expect(environmentFaults(houseOf({ 'libs/fuel/src/a.ts': text }))).toHaveLength(1);
  });

  it('is read by the settings and in tests; a word in a comment is no reading', () => {
    const files = { 'libs/platform/src/config/config.ts': 'process.env', 'apps/cli/src/up/settings.ts': 'process.env', 'test/db/a.ts': 'process.env', 'libs/fuel/src/b.ts': '// process.env\nconst a = "process.env";' };
    expect(environmentFaults(houseOf(files))).toEqual([]);
  });
});

describe('the clock', () => {
  const looked = (text: string, path = 'libs/fuel/src/a.ts'): string[] => clockFaults(houseOf({ [path]: text }));

  it.each(['const at = new Date();', 'const at = new Date;', 'const ms = Date.now();', 'const clock = { now: Date.now };'])('is not asked past the injected one: %s', (text) => {
    expect(looked(text)).toEqual([expect.stringContaining('ask the injected Clock')]);
  });

  it('is not what a moment that is given says', () => {
    expect(looked('const at = new Date(ms); Date.parse(text); this.clock.now(); // Date.now()')).toEqual([]);
  });

  it('is read where time is measured, outside libraries and in tests', () => {
    for (const path of ['libs/platform/src/clock/clock.ts', 'libs/platform/src/observability/lag.ts', 'apps/cli/src/a.ts', 'libs/fuel/src/a.spec.ts']) expect(looked('Date.now()', path)).toEqual([]);
  });
});

describe('tests that are switched off', () => {
  const off = (text: string, path = 'libs/fuel/src/a.spec.ts'): string[] => switchedOffFaults(houseOf({ [path]: text }));

  it.each(['it.only("x", f)', 'describe.skip("x", f)', 'test.todo("x")', 'it.only.each([])("x", f)', 'it.concurrent.only("x", f)', 'fit("x", f)', 'xdescribe("x", f)', 'const run = ok ? it : it.skip'])('are found: %s', (text) => {
    expect(off(text)).toHaveLength(1);
  });

  it('are allowed to a browser test, by a condition', () => {
    expect(off('const run = browser ? describe : describe.skip', 'test/browser/a.spec.ts')).toEqual([]);
    expect(off('describe.skip("x", f)', 'test/browser/a.spec.ts')).toHaveLength(1);
  });

  it('are no words in a text, and no methods of something else', () => {
    expect(off('it("says it.only", f); pages.skip(3); it.each([])("x", f)')).toEqual([]);
  });
});

describe('limits', () => {
  const lines = (count: number, line = 'a();'): string => Array.from({ length: count }, () => line).join('\n');

  it('hold for files', () => {
    expect(limitFaults(houseOf({ 'libs/a/src/a.ts': lines(301) }))).toEqual([expect.stringContaining('301 lines')]);
    expect(limitFaults(houseOf({ 'libs/a/src/a.ts': `${lines(300)}\n${lines(50, '// why')}\n\n` }))).toEqual([]);
  });

  it('hold for functions, methods and arrows', () => {
    const files = { 'libs/a/src/a.ts': `function f() {\n${lines(69)}\n}`, 'libs/a/src/b.ts': `const f = () => {\n${lines(69)}\n}`, 'libs/a/src/c.ts': `class A {\nf() {\n${lines(69)}\n}\n}` };
    expect(limitFaults(houseOf(files))).toHaveLength(3);
    expect(limitFaults(houseOf({ 'libs/a/src/a.ts': `function f() {\n${lines(68)}\n}` }))).toEqual([]);
  });

  it('leave generated files and specs alone', () => {
    expect(limitFaults(houseOf({ 'apps/web/src/generated/api.ts': lines(900), 'libs/a/src/a.spec.ts': lines(900) }))).toEqual([]);
  });
});

describe('events', () => {
  const contracts = (text: string, file = 'fuel_log'): Record<string, string> => ({ [`libs/contracts/src/${file}.events.ts`]: text });
  const bought = `export const Bought = defineEvent('fuel_log.fuel_bought', 1, z.object({}));`;
  const hearing = { 'libs/finance_block/src/a.ts': `class A { @Hears(Bought, 'finance_block.book_fuel') book() {} }` };

  it('are fine when heard or excused', () => {
    expect(eventFaults(houseOf({ ...contracts(bought), ...hearing }))).toEqual([]);
    expect(eventFaults(houseOf(contracts(bought.replace('({}))', "({}), { unheard: 'for integrations' })"))))).toEqual([]);
  });

  it('may begin with the short word their file is given, and with no other', () => {
    const excused = (file: string): Record<string, string> => contracts(`export const Bought = defineEvent('fuel.bought', 1, z.object({}), { unheard: 'later' });`, file);
    expect(eventFaults(houseOf(excused('fuel_log')))).toEqual([]);
    expect(eventFaults(houseOf(excused('stock')))).toEqual([expect.stringContaining('belongs into fuel.events.ts')]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['nobody hears', contracts(bought), 'nobody hears Bought'],
    ['an empty excuse covers', contracts(bought.replace('({}))', "({}), { unheard: '' })")), 'nobody hears Bought'],
    ['an excuse outlived', { ...contracts(bought.replace('({}))', "({}), { unheard: 'later' })")), ...hearing }, 'remove its "unheard"'],
    ['another file defines', { ...contracts(bought, 'stock'), ...hearing }, 'belongs into fuel_log.events.ts'],
    ['two constants define', { ...contracts(`${bought}\n${bought.replace('Bought', 'Again')}`), ...hearing, 'libs/x/src/a.ts': `class A { @Hears(Again, 'x.hear_it') a() {} }` }, 'defined twice'],
    ['somebody hears under a foreign name', { ...contracts(bought), 'libs/finance_block/src/a.ts': `class A { @Hears(Bought, 'stock.book') book() {} }` }, 'must be named finance_block.'],
  ])('are found when %s', (_, files, fault) => {
    expect(eventFaults(houseOf(files))).toEqual([expect.stringContaining(fault)]);
  });
});

describe('migrations', () => {
  const faults = (path: string, text: string): string[] => migrationFaults(houseOf({ [`migrations/${path}`]: text }), ['fuel_log', 'auth']);
  const good = `export class FuelLogCreateFillUp { name = 'fuel_log_create_fill_up_0202611210900'; }`;

  it('are fine by their rule', () => {
    expect(faults('202611210900_fuel_log_create_fill_up.ts', good)).toEqual([]);
  });

  it.each([
    ['a name without time', 'fuel_log_create_fill_up.ts', good, 'must be named'],
    ['a day that is none', '202613450900_fuel_log_create_fill_up.ts', good.replace('202611210900', '202613450900'), 'is no moment'],
    ['no known owner', '202611210900_boats_create_fill_up.ts', `class BoatsCreateFillUp { name = 'boats_create_fill_up_0202611210900' }`, 'no subsystem and no room'],
    ['a verb alone', '202611210900_auth_change.ts', `class AuthChange { name = 'auth_change_0202611210900' }`, 'a verb and a noun'],
    ['another class name', '202611210900_fuel_log_create_fill_up.ts', good.replace('class Fuel', 'class Oil'), 'must be called FuelLogCreateFillUp'],
    ['another time in the class', '202611210900_fuel_log_create_fill_up.ts', good.replace('0900', '0901'), 'name must be'],
    ['two classes', '202611210900_fuel_log_create_fill_up.ts', `${good} class B {}`, 'exactly one class'],
  ])('are found with %s', (_, path, text, fault) => {
    expect(faults(path, text)).toEqual([expect.stringContaining(fault)]);
  });

  it('are found with the time of another', () => {
    const twins = { 'migrations/202611210900_fuel_log_create_fill_up.ts': good, 'migrations/202611210900_auth_create_user.ts': `class AuthCreateUser { name = 'auth_create_user_0202611210900' }` };
    expect(migrationFaults(houseOf(twins), ['fuel_log', 'auth'])).toEqual([expect.stringContaining('has the time of')]);
  });
});
