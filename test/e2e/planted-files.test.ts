import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { COMMAND, type CommandOptions, runProgram, sampleOf } from '../support/command.ts'
import { PLANTED } from '../support/planted.ts'

/** None of them takes as long, and what hangs is killed then. */
const LONGEST_MS = 8_000

interface Reader {
  readonly args: readonly string[]
  readonly env?: CommandOptions['env']
  /** of `lastalive.yaml`, which is named by `--config` */
  readonly configuration?: object
}

const KEY = ['--key', 'a=1h', '-t', '5s']
const NO_MAIL = ['--to', 'a@domain.tld', '--from', 'b@domain.tld', '--smtp']

/** What reads a file whose path somebody else has chosen: the line that makes it, for the directory of the file `f`. */
const READERS: Readonly<Record<string, (dir: string) => Reader>> = {
  'options of a plugin': (dir) => ({ args: ['check', `--extra-opts=@${dir}/f`] }),
  'options of a plugin, at a usual place': (dir) => ({
    args: ['check', '--extra-opts'],
    env: { NAGIOS_CONFIG_PATH: `${dir}/options` },
  }),
  'a configuration': (dir) => ({ args: ['check', '--config', `${dir}/f`] }),
  'a password': () => withDatabase({ url: 'postgres://127.0.0.1:1/d', password_file: 'f' }),
  'dates on which nothing is open': () => ({
    ...withDatabase('postgres://127.0.0.1:1/d'),
    configuration: {
      databases: { d: 'postgres://127.0.0.1:1/d' },
      checks: { a: { database: 'd', key: 'a', critical: '1h', except: 'f' } },
    },
  }),
  'services of PostgreSQL': (dir) => ({
    args: ['check', '--url', 'service=a', ...KEY],
    env: { PGSERVICEFILE: `${dir}/f` },
  }),
  'a root certificate of PostgreSQL': (dir) =>
    withUrl(`postgres://127.0.0.1:1/d?sslmode=verify-full&sslrootcert=${dir}/f`),
  'a certificate for PostgreSQL': (dir) => withUrl(`postgres://127.0.0.1:1/d?sslmode=require&sslcert=${dir}/f`),
  'options of MySQL': (dir) => withUrl(`mysql://127.0.0.1:1/d?read-default-file=${dir}/f`),
  'certificates of a mail server': (dir) => ({
    args: ['test-alert', ...NO_MAIL, `smtp://127.0.0.1:1?ca=${dir}/f`, '--url', 'sqlite:/x.db', ...KEY],
  }),
  'a lockfile': (dir) => ({
    args: ['run', '--url', `sqlite:${dir}/none.db`, ...NO_MAIL, 'smtp://127.0.0.1:1', '--lockfile', `${dir}/f`, ...KEY],
  }),
  'silences beside a lockfile': (dir) => ({
    args: ['run', '--url', `sqlite:${dir}/none.db`, ...NO_MAIL, 'smtp://127.0.0.1:1', '--lockfile', `${dir}/l`, ...KEY],
  }),
}

function withUrl(url: string): Reader {
  return { args: ['check', '--url', url, ...KEY] }
}

function withDatabase(database: unknown): Reader {
  const checks = { a: { database: 'd', key: 'a', critical: '1h' } }
  return { args: ['check', '-t', '5s'], configuration: { databases: { d: database }, checks } }
}

/** Where the file is that is read. */
const FILE: Readonly<Record<string, string>> = {
  'options of a plugin, at a usual place': 'options/plugins.ini',
  'silences beside a lockfile': 'l.silences',
}

/** What is read only where there is something. */
const MAY_BE_ABSENT = [
  'options of a plugin, at a usual place',
  'a certificate for PostgreSQL',
  'a lockfile',
  'silences beside a lockfile',
]

const WORDS =
  /not a (?:regular|plain) file|too large|larger than|no such file|there is no file|does not exist|ENOENT|symbolic link/

const CASES = Object.keys(READERS).flatMap((reader) => Object.keys(PLANTED).map((kind) => [reader, kind] as const))
const isFifo = ([, kind]: (typeof CASES)[number]): boolean => kind === 'a FIFO'

test.each([...CASES.filter(isFifo), ...sampleOf(CASES.filter((one) => !isFifo(one)))])(
  'where %s should be, %s holds nobody up, and it is said what is wrong',
  async (reader, kind) => {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-planted-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const { args, env = {}, configuration } = READERS[reader]?.(dir) ?? { args: [] }
    const path = join(dir, FILE[reader] ?? 'f')
    mkdirSync(join(dir, 'options'), { recursive: true })
    await PLANTED[kind]?.(path)
    const config = join(dir, 'lastalive.yaml')
    if (configuration !== undefined) writeFileSync(config, JSON.stringify(configuration), { mode: 0o600 })
    const whole = configuration === undefined ? args : [...args, '--config', config]
    const outcome = await runProgram([process.execPath, COMMAND, ...whole], { env, killAfterMs: LONGEST_MS })
    const said = `${outcome.stdout}${outcome.stderr}`
    expect([outcome.signal, said]).toEqual([null, said])
    expect(outcome.code).toBeGreaterThanOrEqual(2)
    expect(said).not.toContain('unforeseen')
    const isSaid = !(kind === 'a link to nothing' && MAY_BE_ABSENT.includes(reader))
    if (isSaid) expect(said).toMatch(WORDS)
    if (isSaid) expect(said).toContain(path)
  },
)
