import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE runtime_info(rt_key varchar(100) not null, rt_value text);
  CREATE UNIQUE INDEX runtime_info_pk ON runtime_info(rt_key)`
const OTHERS = `INSERT INTO runtime_info(rt_key, rt_value) VALUES
  ('schema_version', '1.7.3'), ('nb_errors', '12'), ('last_error', %AGO(10)%), ('last_alive', %AGO(10)%)`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO runtime_info(rt_key, rt_value) VALUES ('last_import', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'manitou-import',
  ddl: { postgres: TABLE },
  ago: { postgres: (seconds) => `'${Math.floor(Date.now() / 1_000) - seconds}'` },
  states: {
    fresh: { sql: row('%AGO(3600)%'), expected: { 'manitou-import': 'ok' } },
    quiet: { sql: row('%AGO(864000)%'), expected: { 'manitou-import': 'critical' } },
    never: { sql: OTHERS, expected: { 'manitou-import': 'unknown' } },
  },
}
