import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const tables = (id: string, time: string): string =>
  `CREATE TABLE sidequest_queues(id ${id}, name varchar(191) NOT NULL UNIQUE, state varchar(50) NOT NULL);
  CREATE TABLE sidequest_jobs(id ${id}, queue varchar(191) NOT NULL, state varchar(50) NOT NULL, available_at ${time} NOT NULL)`
const row = (queue: string, state: string, due: number): string =>
  `INSERT INTO sidequest_jobs(queue, state, available_at) VALUES ('${queue}', '${state}', %AGO(${due})%);`
const OTHERS =
  `INSERT INTO sidequest_queues(name, state) VALUES ('jobs', 'active'), ('off', 'paused');` +
  row('off', 'waiting', 90_000) +
  ['running', 'completed', 'failed', 'canceled'].map((state) => row('jobs', state, 90_000)).join('') +
  row('later', 'waiting', -9000)

export const recipeCase: RecipeCase = {
  recipe: 'sidequest',
  ddl: {
    postgres: tables('bigserial PRIMARY KEY', 'timestamptz'),
    mysql: tables('bigint AUTO_INCREMENT PRIMARY KEY', 'datetime(3)'),
  },
  ago: { postgres: zonedAgo, mysql: naiveAgo },
  states: {
    fresh: {
      sql: OTHERS + row('jobs', 'waiting', 20) + row('new', 'claimed', 20),
      expected: { sidequest: 'ok', 'sidequest/jobs': 'ok', 'sidequest/new': 'ok', 'sidequest/later': 'ok' },
    },
    quiet: {
      sql: OTHERS + row('jobs', 'waiting', 900) + row('jobs', 'waiting', 20) + row('new', 'claimed', 900),
      expected: { sidequest: 'ok', 'sidequest/jobs': 'critical', 'sidequest/new': 'critical', 'sidequest/later': 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { sidequest: 'ok' } },
  },
}
