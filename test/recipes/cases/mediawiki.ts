import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE job(job_id INT UNSIGNED AUTO_INCREMENT NOT NULL, job_cmd VARBINARY(60) DEFAULT '' NOT NULL,
  job_namespace INT NOT NULL, job_title VARBINARY(255) NOT NULL, job_timestamp BINARY(14) DEFAULT NULL,
  job_params MEDIUMBLOB NOT NULL, job_random INT UNSIGNED DEFAULT 0 NOT NULL, job_attempts INT UNSIGNED DEFAULT 0 NOT NULL,
  job_token VARBINARY(32) DEFAULT '' NOT NULL, job_token_timestamp BINARY(14) DEFAULT NULL,
  job_sha1 VARBINARY(32) DEFAULT '' NOT NULL, INDEX job_cmd_token (job_cmd, job_token, job_random),
  INDEX job_timestamp (job_timestamp), PRIMARY KEY(job_id))`
const row = (seconds: number, token: string): string =>
  `INSERT INTO job(job_cmd, job_namespace, job_title, job_timestamp, job_params, job_token)
   VALUES ('refreshLinks', 0, 'Main_Page', %AGO(${seconds})%, '', '${token}')`
/** A job that has been given up, and waits for nobody. */
const GIVEN_UP = row(2_592_000, 'mj9lqzrpzbnoxpkyk8jmwb4cncg3wkc')

export const recipeCase: RecipeCase = {
  recipe: 'mediawiki',
  ddl: { mysql: TABLE },
  ago: {
    mysql: (seconds) => `'${new Date(Date.now() - seconds * 1_000).toISOString().replaceAll(/\D/g, '').slice(0, 14)}'`,
  },
  states: {
    fresh: { sql: [GIVEN_UP, row(600, ''), row(60, '')].join('; '), expected: { mediawiki: 'ok' } },
    quiet: { sql: [GIVEN_UP, row(172_800, ''), row(60, '')].join('; '), expected: { mediawiki: 'critical' } },
    never: { sql: GIVEN_UP, expected: { mediawiki: 'ok' } },
  },
}
