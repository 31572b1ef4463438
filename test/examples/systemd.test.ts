import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDuration } from '../../src/core/time/duration.ts'
import { COMMAND, runProgram } from '../support/command.ts'
import { canMount, lastaliveAfter, MOUNTS_MISSING } from '../support/own-mounts.ts'
import { epoch } from '../support/scene.ts'
import { canTrace, STRACE_MISSING } from '../support/strace.ts'
import { callsLetThrough, canAnalyze, SYSTEMD_MISSING, systemdAnalyze } from '../support/systemd.ts'
import { parseUnitFile } from '../support/unit-file.ts'
import {
  about,
  copyPrivately,
  EXAMPLES,
  makeDirectory,
  makeTable,
  pathWithCommand,
  startServer,
} from './surroundings.ts'

const MINUTES = 60
const read = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8')
const UNITS = ['lastalive.service', 'lastalive.timer']
const service = parseUnitFile(read('lastalive.service'))
const timer = parseUnitFile(read('lastalive.timer'))
const INSTALLED = '/usr/local/bin/lastalive'

/** The units as they are, in a directory of their own, but for the command, which lies elsewhere here. */
function layUnits(change: (text: string) => string = (text) => text): readonly string[] {
  const [dir, [bin = '']] = [makeDirectory(), pathWithCommand().split(':')]
  return UNITS.map((name) => {
    const path = join(dir, name)
    writeFileSync(path, change(read(name)).replace(`ExecStart=${INSTALLED}`, `ExecStart=${bin}/lastalive`))
    return path
  })
}

/** A watched SQLite file, a mailbox, and the environment that the service has, in directories of the test's. */
async function makeHost() {
  const dir = makeDirectory()
  const [database, smtp] = [makeTable(), await startServer()]
  const config = join(dir, 'lastalive.yaml')
  copyPrivately('sqlite.yaml', config)
  const state = join(dir, 'lib')
  mkdirSync(join(state, 'lastalive'), { recursive: true, mode: 0o700 })
  const given = Object.entries(service.environment).map(([name, value]) => [name, value.replace('/var/lib', state)])
  const files = { LASTALIVE_CONFIG: config, APP_DB: database.path }
  const env = { ...Object.fromEntries(given), ...files, SMTP_URL: `smtp://localhost:${smtp.port}` }
  const words = (service.value('ExecStart') ?? '').replace(INSTALLED, '').trim().split(' ')
  return { dir, state: join(state, 'lastalive'), database, smtp, env, words }
}

describe(about('lastalive.service'), () => {
  test('ends by itself before systemd ends it', () => {
    const [, own = ''] = /--timeout (\S+)/.exec(service.value('ExecStart') ?? '') ?? []
    expect(parseDuration(own)).toBeLessThan(parseDuration(service.value('TimeoutStartSec') ?? '') ?? 0)
  })

  test.each([
    ['a service that is alive', 0, 0],
    ['one that is silent', 42, 2],
    ['one of which nothing is known', undefined, 3],
  ])('its command line does its work: %s', async (_, minutes, code) => {
    const { database, smtp, env, state } = await makeHost()
    if (minutes !== undefined) database.set('last_alive', epoch(-minutes * MINUTES))
    const line = (service.value('ExecStart') ?? '').replace('/usr/local/bin/', '')
    const outcome = await runProgram(['sh', '-c', line], { env: { ...env, PATH: pathWithCommand() } })
    expect(outcome).toMatchObject({ code, stdout: '', stderr: '' })
    expect(smtp.messages).toHaveLength(code === 0 ? 0 : 1)
    expect(readdirSync(state)).toContain('last-run.json')
  })

  test('it fails where a check could not be judged or something was not told, not where something was found', () => {
    const fine = new Set(['0', ...(service.value('SuccessExitStatus') ?? '').split(' ')])
    expect(['0', '1', '2', '3', '4'].filter((code) => !fine.has(code))).toEqual(['3', '4'])
  })

  test('a password that LoadCredential= lays down is found by the configuration', async () => {
    const dir = makeDirectory()
    writeFileSync(join(dir, 'database'), 'hush hush\n', { mode: 0o400 })
    const database = { url: 'postgres://watch@127.0.0.1/mail', password_file: '${CREDENTIALS_DIRECTORY}/database' }
    const checks = { mdx: { database: 'mail', key: 'last_alive', critical: '10m' } }
    const config = join(dir, 'lastalive.yaml')
    writeFileSync(config, JSON.stringify({ databases: { mail: database }, checks }), { mode: 0o600 })
    const validate = [process.execPath, COMMAND, 'validate', '--config', config]
    expect(await runProgram(validate, { env: { CREDENTIALS_DIRECTORY: dir } })).toMatchObject({ code: 0, stderr: '' })
    expect((await runProgram(validate, { env: { CREDENTIALS_DIRECTORY: `${dir}/none` } })).code).toBe(3)
    expect(read('lastalive.service')).toContain('password_file: "${CREDENTIALS_DIRECTORY}/database"')
    expect(read('lastalive.service')).toMatch(/^#LoadCredential=database:/m)
  })
})

describe(about('lastalive.timer'), () => {
  test('does not make up for what was missed, and spreads less than it waits', () => {
    expect(timer.value('Persistent')).toBe('no')
    expect(parseDuration(timer.value('RandomizedDelaySec') ?? '')).toBeLessThan(1 * MINUTES)
  })
})

describe.skipIf(!canAnalyze)(`systemd's own look at the units (${SYSTEMD_MISSING} where skipped)`, () => {
  test('finds nothing wrong with them', async () => {
    const outcome = await systemdAnalyze('verify', '--man=no', ...layUnits())
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test.each([
    ['a key that is misspelt', 'ProtectSystem', 'ProtectSytem', "'ProtectSytem' in section [Service], ignoring"],
    ['a command that is not there', `ExecStart=${INSTALLED}`, 'ExecStart=/proc/nonexistent', 'not executable'],
  ])('would find %s', async (_, right, wrong, words) => {
    const outcome = await systemdAnalyze('verify', '--man=no', ...layUnits((text) => text.replace(right, wrong)))
    expect(outcome.stderr).toContain(words)
  })

  test('the service has little that it could do harm with', async () => {
    const threshold = ['security', '--offline=true', '--no-pager', '--threshold=20']
    const [path = ''] = layUnits()
    expect(await systemdAnalyze(...threshold, path)).toMatchObject({ code: 0 })
    const [bare = ''] = layUnits((text) => text.replaceAll(/^(Protect|Private|Restrict|System|Capab).*$/gm, ''))
    expect((await systemdAnalyze(...threshold, bare)).code).toBe(1)
  })

  test('the timer comes each minute', async () => {
    const from = '--base-time=2026-11-22 12:00:30 UTC'
    const words = ['calendar', '--iterations=3', from, timer.value('OnCalendar') ?? '']
    const { code, stdout } = await systemdAnalyze(...words)
    const times = [...stdout.matchAll(/(\d\d:\d\d:\d\d) UTC$/gm)].map(([, time]) => time)
    expect([code, [...new Set(times)]]).toEqual([0, ['12:01:00', '12:02:00', '12:03:00']])
  })
})

describe.skipIf(!canAnalyze || !canTrace())(`calls (${SYSTEMD_MISSING}, or ${STRACE_MISSING}, where skipped)`, () => {
  /** A run that has something to tell, where some calls are refused as systemd would refuse them. */
  async function runWithout(refused: readonly string[]) {
    const { dir, database, smtp, env, words } = await makeHost()
    database.set('last_alive', epoch(-42 * MINUTES))
    const log = join(dir, 'strace.log')
    const refusals = refused.flatMap((name) => ['-e', `inject=${name}:error=EPERM`])
    const traced = ['strace', '-f', '-o', log, ...refusals, process.execPath, COMMAND, ...words]
    const { code, stderr } = await runProgram(traced, { env })
    const namesIn = (pattern: RegExp): readonly string[] => [
      ...new Set([...readFileSync(log, 'utf8').matchAll(pattern)].map(([, name = '']) => name)),
    ]
    const [calls, families] = [namesIn(/^\d+ +(\w+)\(/gm), namesIn(/^\d+ +socket\((\w+)/gm)]
    return { code, stderr, mails: smtp.messages.length, calls, families }
  }

  test('a run tells by mail without those that the service may not make', async () => {
    const allowed = await callsLetThrough(service.values('SystemCallFilter'))
    const isRefused = (name: string): boolean => !allowed.has(name)
    const free = await runWithout([])
    expect([free.calls.includes('fsync'), free.calls.length > 30]).toEqual([true, true])
    const confined = await runWithout(free.calls.filter(isRefused))
    expect(confined).toMatchObject({ code: 2, stderr: '', mails: 1 })
    expect(confined.calls.filter(isRefused)).toEqual(free.calls.filter(isRefused))
  })

  test('a run that looks up a name and tells makes no socket of a family that the service may not use', async () => {
    const { code, families } = await runWithout([])
    expect([code, families.includes('AF_INET')]).toEqual([2, true])
    const open = (service.value('RestrictAddressFamilies') ?? '').split(' ')
    expect(families.filter((name) => !open.includes(name))).toEqual([])
  })
})

/** What the units say of files, without systemd: lines of sh that mount, and the words of a user who may do nothing. */
function asConfined(writable: readonly string[], env: Readonly<Record<string, string>>): string {
  const isRoot = process.getuid?.() === 0
  return [
    ...writable.map((path) => `mount --bind '${path}' '${path}'`),
    // Each mount that is there, but for what was just made; the kernel's own are no places for files.
    "awk '{ print $5 }' /proc/self/mountinfo | while read -r place; do",
    `  case "$place" in ${[...writable.map((path) => `'${path}'`), '/proc*', '/sys*', '/dev*'].join('|')}) continue ;; esac`,
    '  mount -o remount,bind,ro "$place"',
    'done',
    ...(isRoot ? ['mount -t proc -o subset=pid,hidepid=invisible proc /proc'] : []),
    ...Object.entries(env).map(([name, value]) => `export ${name}='${value}'`),
    `set -- setpriv --no-new-privs ${isRoot ? '--bounding-set=-all --inh-caps=-all ' : ''}"$@"`,
  ].join('\n')
}

describe.skipIf(!canMount())(`where all is read-only but its own (${MOUNTS_MISSING} where skipped)`, () => {
  test('a run looks, tells and remembers', async () => {
    const { state, database, smtp, env, words } = await makeHost()
    database.set('last_alive', epoch(-42 * MINUTES))
    const confined = asConfined([state], env)
    const outcome = await lastaliveAfter(confined, words)
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(smtp.messages).toHaveLength(1)
    expect(readdirSync(state)).toEqual(expect.arrayContaining(['journal.jsonl', 'last-run.json', 'run.lock']))
    expect(await lastaliveAfter(confined, words)).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(smtp.messages).toHaveLength(1)
  })

  test('a run whose state directory is read-only, too, says so', async () => {
    const { state, database, env, words } = await makeHost()
    database.set('last_alive', epoch(-42 * MINUTES))
    const { code, stderr } = await lastaliveAfter(asConfined([], env), words)
    expect(code).toBe(4)
    expect(stderr).toContain('read-only')
    expect(readdirSync(state)).toEqual([])
  })
})
