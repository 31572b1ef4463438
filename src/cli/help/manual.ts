/** One entry of a list in the manual: what it is about, and what there is to know. */
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

/** The exit code of whatever tells or remembers, before which the others give way. */
export const NOT_DONE: Entry = { term: '4', about: 'where something could not be told or remembered' }

/** Lines to begin with, by command. */
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
  completion: [
    'source <(lastalive completion bash)',
    'lastalive completion fish >~/.config/fish/completions/lastalive.fish',
  ],
}

/** What follows the options in `--help`, or undefined where nothing does. */
export function examplesOf(command: string): string | undefined {
  const lines = EXAMPLES[command]?.map((line) => `  ${line.replaceAll('\n', '\n  ')}`)
  return lines === undefined ? undefined : ['\nExamples:', ...lines].join('\n')
}

/** The exit codes in two lines. */
export function exitCodesLine(): string {
  const codes = EXIT_CODES.map(({ term, about }) => `${term} ${about}`).join(', ')
  return `
Exit codes of run, check and status: ${codes};
of whatever tells or remembers: ${NOT_DONE.term} ${NOT_DONE.about}.`
}

/** Files that it reads and writes. */
export const FILES: readonly Entry[] = [
  { term: '~/.config/lastalive/lastalive.yaml', about: 'the configuration of a user' },
  { term: '/etc/lastalive/lastalive.yaml', about: 'the configuration of the system, where a user has none' },
  { term: 'conf.d/*.yaml', about: 'beside either of them: more databases, notifiers and checks' },
  { term: '/var/lib/lastalive', about: 'the state directory of root: incidents, silences, the journal, the last run' },
  { term: '~/.local/state/lastalive', about: 'the state directory of others' },
  { term: '~/.pgpass, ~/.pg_service.conf, ~/.my.cnf', about: 'what psql and mysql read there' },
]

/** Variables of the environment that it heeds. */
export const VARIABLES: readonly Entry[] = [
  { term: 'LASTALIVE_CONFIG', about: 'the configuration file, in place of the usual ones' },
  { term: 'LASTALIVE_STATE', about: 'the state directory, in place of the usual one' },
  { term: 'XDG_CONFIG_HOME, XDG_STATE_HOME', about: 'where a user has configuration and state' },
  {
    term: 'PGHOST, PGSERVICE, PGPASSFILE, …',
    about: 'what they mean to psql; without --url one of PGHOST, PGSERVICE and PGDATABASE names the database',
  },
  { term: 'NO_COLOR', about: 'no colours, also on a terminal, where it is not empty; so do CLICOLOR=0 and TERM=dumb' },
  { term: 'TZ', about: 'the zone that people read, where none is configured' },
  { term: 'RES_OPTIONS', about: 'options of the resolver: what bounds a look-up of names is added to them' },
  { term: 'UV_THREADPOOL_SIZE', about: 'how many names may be looked up at a time (4)' },
]
