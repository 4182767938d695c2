import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The usual way of writing a moment is told by its places: a pattern is set up anew for every text, and was an eighth of an import's work. */
export class FuelLogReadMomentsByPlace implements MigrationInterface {
  name = 'fuel_log_read_moments_by_place_0202611211501';

  async up(q: QueryRunner): Promise<void> {
    // Digits compare as numbers do where they stand at the same places. Days beyond the 28th are left to the longer way.
    const part = (at: number, length: number, least: string, most: string): string => `substr(said, ${at}, ${length}) between '${least}' and '${most}'`;
    await q.query(`
      create or replace function fuel.parse_moment(said text, zone text) returns timestamptz immutable parallel safe language sql
      return case when zone is not null and length(said) between 20 and 27 and right(said, 1) = 'Z'
            and translate(left(said, 19), '123456789', '000000000') = '0000-00-00T00:00:00' and (length(said) = 20 or (length(said) > 21 and substr(said, 20, 1) = '.' and translate(substr(said, 21), '0123456789', '') = 'Z'))
            and ${[part(1, 4, '1990', '2199'), part(6, 2, '01', '12'), part(9, 2, '01', '28'), part(12, 2, '00', '23'), part(15, 2, '00', '59'), part(18, 2, '00', '59')].join(' and ')}
        then make_timestamp(substr(said, 1, 4)::int, substr(said, 6, 2)::int, substr(said, 9, 2)::int, substr(said, 12, 2)::int, substr(said, 15, 2)::int, substr(said, 18, 2)::int) at time zone 'UTC'
        else fuel.parse_any_moment(said, zone) end`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      create or replace function fuel.parse_moment(said text, zone text) returns timestamptz immutable parallel safe language sql
      return case when said ~ '^(199|20[0-9]|21[0-9])[0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z$' and zone is not null
        then make_timestamp(substr(said, 1, 4)::int, substr(said, 6, 2)::int, substr(said, 9, 2)::int, substr(said, 12, 2)::int, substr(said, 15, 2)::int, substr(said, 18, 2)::int) at time zone 'UTC'
        else fuel.parse_any_moment(said, zone) end`);
  }
}
