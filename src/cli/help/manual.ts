export interface Entry {
  readonly term: string
  readonly about: string
}

/** The exit codes of `run`, `check` and `status`. */
export const EXIT_CODES: readonly Entry[] = [
  { term: '0', about: 'ok' },
  { term: '1', about: 'warning' },
  { term: '2', about: 'critical' },
  { term: '3', about: 'unknown or wrong usage' },
]

/** The exit code of commands that tell or remember. It goes before the others. */
export const NOT_DONE: Entry = { term: '4', about: 'something could not be told or remembered' }

export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  run: [
    'lastalive run --url sqlite:/var/lib/app/app.db --key last_alive --critical 10m --to ops@example.org',
    `lastalive run --url "host=db dbname=mail user=watch" --key last_alive -w 5m -c 10m \\
    --to ops@example.org --from watch@example.org --smtp smtp://mail.example.org --lockfile /var/tmp/mdx.lck`,
    'lastalive run --config /etc/lastalive/lastalive.yaml',
  ],
  check: [
    'lastalive check --url postgres://watch@db/mail --key last_alive -w 5m -c 10m',
    'lastalive check mdx --format json',
  ],
  status: ['lastalive status', "lastalive status --history 'mail*'"],
  ack: ["lastalive ack mdx --note 'on it' --for 4h"],
  silence: ["lastalive silence 'mail*' --for 2h"],
  beat: [
    'lastalive beat backup --url postgres://jobs@db/watch',
    'lastalive beat backup --exit-code $? --log-from /var/log/backup.log',
    'lastalive beat import --every 1d --grace 1h',
  ],
  exec: [
    'lastalive exec backup -- /usr/local/bin/backup --full',
    "lastalive exec report --expect 'rows written' -- ./report.sh",
  ],
  schema: [
    'lastalive schema jobs --url postgres://owner@db/watch --writer jobs --reader watch --apply',
    'lastalive schema watchers --url postgres://owner@db/mail',
    'lastalive schema watchers --url postgres://owner@db/mail --writer watch1 --reader watch2 --apply',
  ],
  completion: [
    'source <(lastalive completion bash)',
    'lastalive completion fish >~/.config/fish/completions/lastalive.fish',
  ],
}

export function examplesOf(command: string): string | undefined {
  const lines = EXAMPLES[command]?.map((line) => `  ${line.replaceAll('\n', '\n  ')}`)
  return lines === undefined ? undefined : ['\nExamples:', ...lines].join('\n')
}

/** The exit codes, for the end of `--help`. */
export function exitCodesLine(): string {
  const codes = EXIT_CODES.map(({ term, about }) => `${term} ${about}`).join(', ')
  return `
Exit codes of run, check and status: ${codes}.
Exit code ${NOT_DONE.term}: ${NOT_DONE.about}.`
}

/** Files that the command reads and writes. */
export const FILES: readonly Entry[] = [
  { term: '~/.config/lastalive/lastalive.yaml', about: 'the configuration of a user' },
  { term: '/etc/lastalive/lastalive.yaml', about: 'the configuration of users who have none of their own' },
  { term: 'conf.d/*.yaml', about: 'beside one of these files: more databases, notifiers and checks' },
  { term: '/var/lib/lastalive', about: 'the state directory of root: incidents, silences, the journal, the last run' },
  { term: '~/.local/state/lastalive', about: 'the state directory of other users' },
  { term: '~/.pgpass, ~/.pg_service.conf, ~/.my.cnf', about: 'logins, read as psql and mysql read them' },
]

/** Variables of the environment that the command reads. */
export const VARIABLES: readonly Entry[] = [
  { term: 'LASTALIVE_CONFIG', about: 'the configuration file, in place of the usual ones' },
  { term: 'LASTALIVE_URL', about: 'the database in which beat and exec leave what jobs do' },
  { term: 'LASTALIVE_STATE', about: 'the state directory, in place of the usual one' },
  { term: 'XDG_CONFIG_HOME, XDG_STATE_HOME', about: 'where a user keeps configuration and state' },
  {
    term: 'PGHOST, PGSERVICE, PGPASSFILE, …',
    about: 'as for psql; without --url, PGHOST, PGSERVICE or PGDATABASE must be set',
  },
  { term: 'NO_COLOR', about: 'if not empty, no colours on a terminal; the same as CLICOLOR=0 and TERM=dumb' },
  { term: 'TZ', about: 'the zone of times for people, if none is configured' },
  { term: 'RES_OPTIONS', about: 'options of the resolver; lastalive adds short timeouts' },
  { term: 'UV_THREADPOOL_SIZE', about: 'how many names are looked up at a time (4)' },
]
