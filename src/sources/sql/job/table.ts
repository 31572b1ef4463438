import { LONGEST_JOB_NAME } from '../../../core/job.ts'
import type { OwnTable } from '../../../drivers/own-table.ts'

/** What a run of a job may be called: a UUID, or what others use as one. */
export const LONGEST_RUN_ID = 64

const WRITER = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** Jobs that made themselves known, and what is expected of them. A job that only has runs need not stand here. */
export const JOB_TABLE: OwnTable = {
  name: 'lastalive_job',
  about: 'jobs, and what they say is expected of them',
  making: {
    postgres: `CREATE TABLE IF NOT EXISTS lastalive_job (
  name varchar(${LONGEST_JOB_NAME}) PRIMARY KEY,
  every_seconds double precision,
  grace_seconds double precision,
  paused_at timestamptz
)`,
    // Names that differ in a capital letter or in a blank are two.
    mysql: `CREATE TABLE IF NOT EXISTS lastalive_job (
  name varchar(${LONGEST_JOB_NAME}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  every_seconds double,
  grace_seconds double,
  paused_at datetime(6) COMMENT 'UTC'
)`,
    sqlite: `CREATE TABLE IF NOT EXISTS lastalive_job (
  name text NOT NULL PRIMARY KEY,
  every_seconds real,
  grace_seconds real,
  paused_at text -- UTC
)`,
  },
  probe: 'SELECT name, every_seconds, grace_seconds, paused_at FROM lastalive_job WHERE 1 = 0',
  rights: { writer: WRITER, reader: ['SELECT'] },
}

/**
 * Runs of jobs. Whoever writes a row by plain SQL with nothing but `job` says that a run has just ended well. Times are the
 * database's; those of the job's host stand beside them.
 */
export const RUN_TABLE: OwnTable = {
  name: 'lastalive_job_run',
  about: 'runs of jobs: when each began and ended, and how',
  making: {
    postgres: `CREATE TABLE IF NOT EXISTS lastalive_job_run (
  job varchar(${LONGEST_JOB_NAME}) NOT NULL,
  run_id varchar(${LONGEST_RUN_ID}) NOT NULL DEFAULT 'auto-' || md5(random()::text || clock_timestamp()::text),
  started_at timestamptz,
  ended_at timestamptz DEFAULT clock_timestamp(),
  exit_code integer,
  outcome varchar(8),
  message text,
  duration_seconds double precision,
  host varchar(255),
  host_started_at timestamptz,
  host_ended_at timestamptz,
  output_bytes bigint,
  output bytea,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (job, run_id)
)`,
    mysql: `CREATE TABLE IF NOT EXISTS lastalive_job_run (
  job varchar(${LONGEST_JOB_NAME}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  run_id varchar(${LONGEST_RUN_ID}) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (concat('auto-', uuid())),
  started_at datetime(6) COMMENT 'UTC',
  ended_at datetime(6) DEFAULT (utc_timestamp(6)) COMMENT 'UTC',
  exit_code int,
  outcome varchar(8) CHARACTER SET ascii,
  message text CHARACTER SET utf8mb4,
  duration_seconds double,
  host varchar(255) CHARACTER SET utf8mb4,
  host_started_at datetime(6) COMMENT 'UTC',
  host_ended_at datetime(6) COMMENT 'UTC',
  output_bytes bigint,
  output mediumblob,
  noted_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)) COMMENT 'UTC',
  PRIMARY KEY (job, run_id)
)`,
    sqlite: `CREATE TABLE IF NOT EXISTS lastalive_job_run (
  job text NOT NULL,
  run_id text NOT NULL DEFAULT ('auto-' || lower(hex(randomblob(16)))),
  started_at text, -- UTC, as are all times here
  ended_at text DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
  exit_code integer,
  outcome text,
  message text,
  duration_seconds real,
  host text,
  host_started_at text,
  host_ended_at text,
  output_bytes integer,
  output blob,
  noted_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
  PRIMARY KEY (job, run_id)
)`,
  },
  probe:
    'SELECT job, run_id, started_at, ended_at, exit_code, outcome, message, duration_seconds, host, host_started_at, host_ended_at, output_bytes, output, noted_at FROM lastalive_job_run WHERE 1 = 0',
  rights: { writer: WRITER, reader: ['SELECT'] },
}
