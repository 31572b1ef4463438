import type { Recipe } from './recipe.ts'

/** One item of a list, as in pg_cron's src/entry.c; what follows a list within its field is skipped. */
const ITEM = '(?:[*](?:/[0-9]+)?|[[:alnum:]]*(?:-[[:alnum:]]+(?:/[0-9]+)?)?)'

/** A number or a name as a number; none is 0, as pg_cron had it before 1.6.5. */
const numberOf = (text: string): string =>
  `CASE WHEN ${text} ~ '^[0-9]{1,4}$' THEN CAST(${text} AS int) WHEN ${text} = '' THEN 0 ELSE low + (POSITION(LOWER(${text}) IN names) - 1) / 3 END`

/**
 * The jobs with their schedules in five fields. What `@` stands for, and intervals of seconds, are written out; a job that
 * only runs when the server starts is never late.
 */
const JOBS = `
  job AS (SELECT jobid, jobname, version, REGEXP_SPLIT_TO_ARRAY(CASE SUBSTRING(written, '^@[a-z]+')
      WHEN '@monthly' THEN '0 0 1 * *'
      WHEN '@weekly' THEN '0 0 * * 0' WHEN '@daily' THEN '0 0 * * *' WHEN '@midnight' THEN '0 0 * * *'
      WHEN '@hourly' THEN '0 * * * *' ELSE CASE WHEN written ~* '^[0-9]+[[:space:]]*seconds?[[:space:]]*$'
      THEN '* * * * *' ELSE written END END, '[[:blank:]]+') AS field
    FROM (SELECT *, xmin AS version, REGEXP_REPLACE(schedule, '^([[:space:]]|#[^' || CHR(10) || ']*)+', '') AS written
      FROM cron.job WHERE active) AS stored WHERE written !~ '^@re(boot|start)')`

/**
 * The longest time between two days of each schedule: in four years, from New Year's Day to the second leap day. Where days
 * of the week meet dates, that comes round in 28 years, and is looked for in twice as many.
 */
const RESTS = `
  day AS (SELECT passed, day, DATE_PART('day', day) AS dom, DATE_PART('month', day) AS month, DATE_PART('dow', day) AS dow,
      DATE_PART('day', day + INTERVAL '1 day') = 1 AS is_last
    FROM (SELECT passed, TIMESTAMP '2024-01-01' + INTERVAL '1 day' * passed AS day FROM GENERATE_SERIES(0, 20514) AS passed) AS passing),
  days AS (SELECT DISTINCT field[3] AS dom, field[4] AS month, COALESCE(field[5], '0') AS dow FROM job),
  calendar AS (SELECT dom, month, dow, ARRAY_AGG(DISTINCT one) FILTER (WHERE part = 'dom') AS doms,
      ARRAY_AGG(DISTINCT one) FILTER (WHERE part = 'month') AS months, ARRAY_AGG(DISTINCT one % 7) FILTER (WHERE part = 'dow') AS dows
    FROM days CROSS JOIN LATERAL (VALUES ('dom', dom, 1, 31, ''), ('month', month, 1, 12, 'janfebmaraprmayjunjulaugsepoctnovdec'),
      ('dow', dow, 0, 7, 'sunmontuewedthufrisat')) AS parts(part, list, low, high, names)
    CROSS JOIN LATERAL UNNEST(STRING_TO_ARRAY(SUBSTRING(list, '^${ITEM}(?:,${ITEM})*'), ',')) AS item
    CROSS JOIN LATERAL REGEXP_MATCHES(item, '^([^-/]*)-?([^/]*)/?(.*)$') AS bit
    CROSS JOIN LATERAL (SELECT CASE bit[1] WHEN '*' THEN low ELSE ${numberOf('bit[1]')} END AS first,
      CASE WHEN bit[1] = '*' THEN high ELSE ${numberOf("COALESCE(NULLIF(bit[2], ''), bit[1])")} END AS last,
      GREATEST(1, CAST(CONCAT('0', LEFT(bit[3], 4)) AS int)) AS step) AS span
    CROSS JOIN GENERATE_SERIES(0, 31) AS one
    WHERE one BETWEEN first AND last AND (one - first) % step = 0 GROUP BY dom, month, dow),
  due AS (SELECT calendar.dom, calendar.month, calendar.dow,
      LEAD(day) OVER (PARTITION BY calendar.dom, calendar.month, calendar.dow ORDER BY day) - day AS rest
    FROM calendar JOIN day ON passed <= CASE WHEN CARDINALITY(dows) < 7 AND CARDINALITY(doms) + CARDINALITY(months) < 43
        THEN 20514 ELSE 1520 END
      AND day.month = ANY(months) AND CASE WHEN '*' IN (LEFT(calendar.dom, 1), LEFT(calendar.dow, 1))
      THEN (day.dom = ANY(doms) OR is_last AND calendar.dom = '$') AND day.dow = ANY(dows)
      ELSE day.dom = ANY(doms) OR is_last AND calendar.dom = '$' OR day.dow = ANY(dows) END),
  rests AS (SELECT dom, month, dow, CAST(DATE_PART('day', MAX(rest)) AS int) AS longest FROM due GROUP BY dom, month, dow)`

/**
 * When each has last succeeded. One that has not run yet counts from the last run of any job that had ended before it was
 * made or changed: the ids of transactions tell which.
 */
const RUNS = `
  run AS (SELECT jobid, MAX(end_time) FILTER (WHERE status = 'succeeded') AS succeeded, BOOL_OR(status = 'failed') AS failed
    FROM cron.job_run_details GROUP BY jobid),
  fresh AS (SELECT jobid, version FROM job LEFT JOIN run USING (jobid) WHERE succeeded IS NULL AND failed IS NOT TRUE),
  made AS (SELECT jobid, since FROM fresh CROSS JOIN LATERAL (SELECT MAX(end_time) AS since
    FROM cron.job_run_details AS other WHERE AGE(other.xmin) > AGE(version)) AS earlier)`

/** Row security hides the jobs of other roles, but not how many rows there are. */
const HIDDEN = `
  SELECT 'jobs of other roles', 'hidden by row security', NULL, NULL, NULL
    FROM (SELECT COUNT(*) AS seen FROM cron.job) AS own,
      (SELECT PG_STAT_GET_LIVE_TUPLES(oid) AS counted, reltuples FROM pg_class WHERE oid = CAST('cron.job' AS regclass)) AS all_jobs
    WHERE ROW_SECURITY_ACTIVE('cron.job') AND CASE WHEN counted < seen THEN reltuples ELSE counted END > seen`

const ROWS = `WITH ${JOBS}, ${RESTS}, ${RUNS}
  SELECT TRIM(CONCAT(jobid, ' ', jobname)) AS name, CAST(CASE WHEN succeeded IS NULL AND longest > 0 THEN since ELSE succeeded END AS text) AS at, NULL AS warning,
      CASE longest WHEN 1 THEN '26h' ELSE CAST(longest + 1 AS text) || 'd' END AS critical,
      CASE WHEN failed THEN 'it has failed, and no success is noted' WHEN longest > 0 THEN 'no run of it is noted' ELSE 'it is never due' END AS why
    FROM job LEFT JOIN run USING (jobid) LEFT JOIN made USING (jobid)
    LEFT JOIN rests ON (dom, month, dow) = (field[3], field[4], COALESCE(field[5], '0'))
  UNION ALL ${HIDDEN}`

/** pg_cron notes each run of each job, how it ended and when. */
export const recipe: Recipe = {
  name: 'pg-cron',
  title: 'Jobs of pg_cron',
  check: {
    rows: ROWS.replaceAll(/\s+/g, ' '),
    critical: '32d',
    missing: 'warning',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'citusdata/pg_cron',
    files: [
      ...['pg_cron.sql', 'pg_cron--1.0--1.1.sql', 'pg_cron--1.2--1.3.sql'],
      ...['src/entry.c', 'src/job_metadata.c', 'src/pg_cron.c', 'README.md'],
    ],
    version: '1.6.7',
  },
  trap: 'A job is late a day after the longest pause of its schedule, so a daily one after 26 hours. Runs must be kept for as long. A job that has not run yet counts from the last run of any job before it was made or changed. If there is none, or if it has failed, it warns at once. Row security shows each role only its own jobs. If others have jobs, a line of its own says so (BYPASSRLS, or policies for SELECT on cron.job and cron.job_run_details, show all). Jobs for @reboot are left out. With cron.log_run = off there is nothing to see.',
}
