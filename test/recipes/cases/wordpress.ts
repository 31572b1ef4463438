import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE wp_options(option_id bigint(20) unsigned NOT NULL auto_increment,
  option_name varchar(191) NOT NULL default '', option_value longtext NOT NULL,
  autoload varchar(20) NOT NULL default 'yes', PRIMARY KEY (option_id), UNIQUE KEY option_name (option_name),
  KEY autoload (autoload))`
const at = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds
const event = (seconds: number, hook: string): string =>
  `i:${at(seconds)};a:1:{s:${hook.length}:"${hook}";a:1:{s:32:"40cd750bba9870f18aada2478b24840a";` +
  'a:3:{s:8:"schedule";s:6:"hourly";s:4:"args";a:0:{}s:8:"interval";i:3600;}}}'
/** As PHP's serialize() writes two events, of which the first is due so many seconds ago and the second in a day. */
const ago = (seconds: number): string =>
  `'a:3:{${event(seconds, 'wp_privacy_delete_old_export_files')}${event(-86_400, 'wp_version_check')}s:7:"version";i:2;}'`
const OTHERS = `INSERT INTO wp_options(option_name, option_value) VALUES
  ('_transient_doing_cron', '1700000000.1234560966491699218750'), ('siteurl', 'https://domain.tld')`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO wp_options(option_name, option_value) VALUES ('cron', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'wordpress',
  ddl: { mysql: TABLE },
  ago: { mysql: ago },
  states: {
    fresh: { sql: row('%AGO(-1800)%'), expected: { wordpress: 'ok' } },
    quiet: { sql: row('%AGO(7200)%'), expected: { wordpress: 'critical' } },
    never: { sql: OTHERS, expected: { wordpress: 'critical' } },
  },
}
