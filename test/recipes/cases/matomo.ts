import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE matomo_option(option_name VARCHAR(191) NOT NULL, option_value LONGTEXT NOT NULL,
  autoload TINYINT NOT NULL DEFAULT '1', PRIMARY KEY (option_name), INDEX autoload (autoload))`
const OTHERS = `INSERT INTO matomo_option(option_name, option_value, autoload)
  VALUES ('LastFullArchivingStartTime', %AGO(10)%, 0), ('TaskScheduler.timetable', 'a:0:{}', 0)`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO matomo_option VALUES ('LastCompletedFullArchiving', ${value}, 0)`

export const recipeCase: RecipeCase = {
  recipe: 'matomo',
  ddl: { mysql: TABLE },
  ago: { mysql: (seconds) => `'${Math.floor(Date.now() / 1_000) - seconds}'` },
  states: {
    fresh: { sql: row('%AGO(3600)%'), expected: { matomo: 'ok' } },
    quiet: { sql: row('%AGO(259200)%'), expected: { matomo: 'critical' } },
    never: { sql: OTHERS, expected: { matomo: 'critical' } },
  },
}
