import fc from 'fast-check';
import { normalPlate } from '../../libs/transport_registry/src/rules/plate';
import { testDatabase, type TestDatabase } from '../support/database';

describe('plates', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  it('are spelled the same by the database and by the code', async () => {
    const letters = fc.constantFrom(...'abcXYZ0189 -._/#äÄßçñжЖщİ京'.split(''));
    const plates = fc.sample(fc.string({ unit: letters, minLength: 0, maxLength: 12 }), { numRuns: 300, seed: 7 });
    const rows = await db.sql<{ plate: string; norm: string }>('select p as plate, transport_registry.norm_plate(p) as norm from unnest($1::text[]) p', [plates]);
    const differing = rows.filter((r) => r.norm !== normalPlate(r.plate));
    expect(differing.map((r) => [r.plate, r.norm, normalPlate(r.plate)])).toEqual([]);
  });
});
