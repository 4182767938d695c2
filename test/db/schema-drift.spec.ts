import { Column, Entity, PrimaryColumn, type DataSource, type EntityMetadata } from 'typeorm';
import { subsystems } from '../../apps/server/src/subsystems';
import { createDataSource } from '../../libs/platform/src/database/data-source';
import { testDatabase, type TestDatabase } from '../support/database';

interface StoredColumn {
  name: string;
  /** As PostgreSQL writes it, with length and precision: `numeric(8,2)`, `text[]`. */
  type: string;
  nullable: boolean;
  /** The database fills it when nobody does. */
  filled: boolean;
}

describe('entities and the migrated schema', () => {
  let db: TestDatabase;
  const opened: DataSource[] = [];
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(async () => {
    for (const source of opened) await source.destroy();
    await db.close();
  });

  async function open(entities: Parameters<typeof createDataSource>[1]): Promise<DataSource> {
    const source = await createDataSource(db.config, entities, () => undefined).initialize();
    opened.push(source);
    return source;
  }

  const stored = (entity: EntityMetadata): Promise<StoredColumn[]> =>
    db.sql<StoredColumn>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
              a.atthasdef or a.attidentity <> '' as filled
         from pg_attribute a
        where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`,
      [`${entity.schema ?? 'public'}.${entity.tableName}`],
    );

  async function driftOf(source: DataSource): Promise<string[]> {
    const faults = await Promise.all(source.entityMetadatas.map(async (entity) => drift(source, entity, await stored(entity))));
    return faults.flat();
  }

  it('agree on names, types, lengths and nullability', async () => {
    const source = await open(subsystems.flatMap((s) => s.entities));
    expect(source.entityMetadatas.length).toBeGreaterThan(0);
    expect(await driftOf(source)).toEqual([]);
  });

  it('are found to differ when they do', async () => {
    expect(await driftOf(await open([Drifted, Missing]))).toEqual([
      'auth.park.account_id: the entity says text, the table uuid',
      'auth.park.city: the entity says not null, the table null',
      'auth.park.colour: the table has no such column',
      'auth.park.name: the table demands it and the entity does not know it',
      'auth.boat: there is no such table',
    ]);
  });
});

function drift(source: DataSource, entity: EntityMetadata, columns: StoredColumn[]): string[] {
  const table = `${entity.schema}.${entity.tableName}`;
  if (columns.length === 0) return [`${table}: there is no such table`];
  const known = entity.columns.map((column) => {
    const found = columns.find((c) => c.name === column.databaseName);
    const place = `${table}.${column.databaseName}`;
    if (!found) return [`${place}: the table has no such column`];
    const type = source.driver.createFullType(tableColumn(source, column)).toLowerCase().replace(/ array$/, '[]');
    return [
      ...(type === found.type ? [] : [`${place}: the entity says ${type}, the table ${found.type}`]),
      ...(column.isNullable === found.nullable ? [] : [`${place}: the entity says ${nullWord(column.isNullable)}, the table ${nullWord(found.nullable)}`]),
    ];
  });
  const names = entity.columns.map((c) => c.databaseName);
  const demanded = columns.filter((c) => !names.includes(c.name) && !c.nullable && !c.filled);
  return [...known.flat(), ...demanded.map((c) => `${table}.${c.name}: the table demands it and the entity does not know it`)];
}

const nullWord = (nullable: boolean): string => (nullable ? 'null' : 'not null');

type FullType = Parameters<DataSource['driver']['createFullType']>[0];

const tableColumn = (source: DataSource, column: EntityMetadata['columns'][number]): FullType =>
  ({ type: source.driver.normalizeType(column), length: column.length, precision: column.precision, scale: column.scale, isArray: column.isArray }) as FullType;

/** auth.park with one fault of each kind. */
@Entity({ schema: 'auth', name: 'park' })
class Drifted {
  @PrimaryColumn('uuid') id: string;
  @Column('text') account_id: string;
  @Column('text') city: string;
  @Column('text') colour: string;
}

@Entity({ schema: 'auth', name: 'boat' })
class Missing {
  @PrimaryColumn('uuid') id: string;
}
