import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, runProgram } from '../support/command.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { epoch, makeSqliteScene } from '../support/scene.ts'
import { canTrace, STRACE_MISSING } from '../support/strace.ts'

const NOBODY = 65_534

/** Whatever makes, changes or removes a file. */
const CALLS = [
  ...['openat', 'open', 'creat', 'mkdir', 'mkdirat', 'mknod', 'mknodat', 'symlink', 'symlinkat', 'link', 'linkat'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'truncate', 'chmod', 'fchmodat', 'chown'],
].map((name) => `?${name}`)

/** Ways to leave something in a home for whoever runs the command there. */
const TRAPS: readonly (readonly [string, (cache: string) => void])[] = [
  ['nothing', () => {}],
  ['a directory', (cache) => mkdirSync(cache, { recursive: true })],
  [
    // Whatever was older than a month there was removed.
    'a link to a directory of ours',
    (cache) => {
      mkdirSync(dirname(cache))
      symlinkSync(makeDirectory(), cache)
    },
  ],
  [
    'a pipe that nobody writes to',
    (cache) => {
      mkdirSync(dirname(cache))
      execFileSync('mkfifo', [cache])
    },
  ],
]

/** Somebody else's home, with a trap in it. */
function makeHome(lay: (cache: string) => void): string {
  const home = makeDirectory()
  lay(join(home, '.cache/lastalive'))
  if (process.getuid?.() === 0) execFileSync('chown', ['-Rh', String(NOBODY), home])
  return home
}

function makeDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lastalive-home-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** The files that a run has opened to write, made, changed or removed; and those in a home that it has opened at all. */
async function touchedBy(args: readonly string[], home: string): Promise<readonly string[]> {
  const log = join(mkdtempSync(join(tmpdir(), 'lastalive-trace-')), 'log')
  onTestFinished(() => rmSync(dirname(log), { recursive: true, force: true }))
  const strace = ['strace', '-f', '-y', '-qq', '-s', '256', '-e', `trace=${CALLS.join(',')}`, '-o', log]
  const env = { HOME: home, XDG_CACHE_HOME: join(home, '.cache') }
  const { code, stderr } = await runProgram([...strace, process.execPath, COMMAND, ...args], {
    env,
    killAfterMs: 30_000,
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const calls = readFileSync(log, 'utf8').split('\n')
  const isTouch = (call: string): boolean =>
    !/\b(?:open|openat)\(/.test(call) || /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(call) || call.includes(home)
  const paths = calls.filter(isTouch).flatMap((call) => [...call.matchAll(/"(\/[^"]*)"/g)].map(([, path = '']) => path))
  return [...new Set(paths)].filter((path) => !/^\/(?:dev|proc)\//.test(path))
}

function isBelow(path: string, folder: string): boolean {
  return (
    path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}.`) || path.startsWith(`${folder}-`)
  )
}

/** Each command, with the only places that it may touch. */
function linesOf(url: string, dir: string): readonly (readonly [string, readonly string[]])[] {
  const [state, lockfile] = [join(dir, 'state'), join(dir, 'own.lck')]
  const config = join(dir, 'lastalive.yaml')
  writeFileSync(
    config,
    `databases:\n  d: "${url}"\nnotifiers:\n  ops: { command: { run: ["/bin/true"] } }\ndefaults: { notify: ops }\n` +
      'checks: { a: { database: d, key: last_alive, critical: 10m } }\n',
    { mode: 0o600 },
  )
  const line = ['--url', url, '--key', 'last_alive', '-c', '10m', '--name', 'a']
  return [
    ['check, by a line', ['check', ...line]],
    ['run, by a line', ['run', ...line, '--to', 'a@domain.tld', '--lockfile', lockfile]],
    ['check, by a file', ['check', '--config', config, '--state', state]],
    ['run, by a file', ['run', '--config', config, '--state', state]],
    ['status', ['status', '--state', state]],
    ['validate', ['validate', '--config', config, '--state', state]],
    ['check, with an output', ['check', ...line, '--format', 'prometheus', '--output', join(dir, 'output/own.prom')]],
  ]
}

async function expectNoTraces(url: string, dir: string, home: string): Promise<void> {
  mkdirSync(join(dir, 'output'))
  const database = url.replace(/^sqlite:/, '')
  const allowed = [join(dir, 'state'), join(dir, 'own.lck'), join(dir, 'output'), database]
  for (const [name, args] of linesOf(url, dir)) {
    const touched = await touchedBy(args, home)
    const others = touched.filter((path) => !allowed.some((place) => isBelow(path, place)))
    expect({ name, others }).toEqual({ name, others: [] })
  }
}

describe.skipIf(!canTrace())(`nothing is touched but what belongs to a run (${STRACE_MISSING} where skipped)`, () => {
  test.each(TRAPS)('on SQLite, in the home of another with %s in it', { timeout: 240_000 }, async (_, lay) => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const dir = realpathSync(scene.dir)
    await expectNoTraces(`sqlite:${realpathSync(scene.path)}`, dir, makeHome(lay))
  })

  test('on SQLite, in a home of our own', { timeout: 240_000 }, async () => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    await expectNoTraces(`sqlite:${realpathSync(scene.path)}`, realpathSync(scene.dir), makeDirectory())
  })

  describe.skipIf(postgresBinaries() === undefined)(`on PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
    let server: TestPostgres
    beforeAll(async () => {
      server = await startPostgres()
      await server.query(`CREATE TABLE runtime_info(rt_key text, rt_value text);
        INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`)
    })
    afterAll(() => server.remove())

    test('in a home of our own', { timeout: 240_000 }, async () => {
      await server.query(`UPDATE runtime_info SET rt_value = '${epoch()}'`)
      await expectNoTraces(server.url, makeDirectory(), makeDirectory())
    })
  })
})
