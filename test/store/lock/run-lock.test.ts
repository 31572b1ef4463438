import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as native from 'fs-native-extensions'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { DriverMissingError } from '../../../src/core/errors.ts'
import { findKernelLock, type LockPackages } from '../../../src/store/lock/kernel-lock.ts'
import { type RunLock, type TryLock, takeRunLock } from '../../../src/store/lock/run-lock.ts'
import { later, NOON } from '../../core/builders.ts'

let path: string
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-lock-'))
  path = join(directory, 'run.lock')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
})

const missing = (name: string) => (): Promise<never> => Promise.reject(new Error(`no binary of ${name}`))
const NATIVE: LockPackages = { native: async () => native, sqlite: missing('better-sqlite3') }
const SQLITE: LockPackages = { native: missing('fs-native-extensions'), sqlite: async () => Database }

const CLOCK = { now: () => NOON }

function take(tryLock: TryLock, { signature = 'a', waitMs = 100 } = {}): Promise<RunLock> {
  return takeRunLock(path, {
    signature,
    signal: AbortSignal.timeout(waitMs),
    timeout: 60,
    clock: CLOCK,
    findLock: async () => tryLock,
  })
}

/** A process that holds the lock by the same means as we would, and says so in the file. */
const HOLDERS = {
  native: `
    const { tryLock } = await import('fs-native-extensions')
    if (!tryLock(fd)) process.exit(1)`,
  sqlite: `
    const { default: Database } = await import('better-sqlite3')
    globalThis.database = new Database(path + '.sqlite')
    database.exec('BEGIN EXCLUSIVE')`,
}

async function startHolder(means: keyof typeof HOLDERS, since = NOON): Promise<() => Promise<void>> {
  const until = new Date(since.getTime() + 60_000)
  const times = { since: since.toISOString(), until: until.toISOString() }
  const script = `
    import { openSync, writeSync } from 'node:fs'
    const path = ${JSON.stringify(path)}
    const fd = openSync(path, 'w+', 0o600)
    ${HOLDERS[means]}
    writeSync(fd, JSON.stringify({ pid: process.pid, ...${JSON.stringify(times)}, signature: 'a' }) + '\\n')
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  await once(child.stdout, 'data')
  return kill
}

describe.each([
  ['native', NATIVE],
  ['sqlite', SQLITE],
] as const)('the lock by %s', (means, packages) => {
  test('is held by the first, whose name stands in the file', async () => {
    const lock = await take(await findKernelLock(packages))
    expect(lock.kind).toBe('held')
    const holder = { pid: process.pid, since: NOON.toISOString(), until: later(60).toISOString(), signature: 'a' }
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(holder)
  })

  test('is not waited for where the same is under way', async () => {
    await startHolder(means)
    const started = performance.now()
    expect(await take(await findKernelLock(packages), { waitMs: 10_000 })).toMatchObject({
      kind: 'same',
      holder: { since: NOON.toISOString(), signature: 'a' },
    })
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test.each([
    ['should have ended', later(-65)],
    ['began in the future', later(65)],
  ])('is held by something stuck where the same %s', async (_, since) => {
    await startHolder(means, since)
    const lock = await take(await findKernelLock(packages), { waitMs: 10_000 })
    expect(lock).toMatchObject({ kind: 'busy', holder: { signature: 'a' }, isOverdue: true })
  })

  test.each([
    ['a little beyond its time, which does not count', later(-61), false],
    ['stuck', later(-62), true],
  ])('is held by something else that is %s', async (_, since, isOverdue) => {
    await startHolder(means, since)
    const lock = await take(await findKernelLock(packages), { signature: 'b', waitMs: 50 })
    expect(lock).toMatchObject({ kind: 'busy', holder: { signature: 'a' }, isOverdue })
  })

  test('is waited for where something else is under way, until the time is up', async () => {
    await startHolder(means)
    const started = performance.now()
    const lock = await take(await findKernelLock(packages), { signature: 'b', waitMs: 300 })
    expect(lock).toMatchObject({ kind: 'busy', holder: { signature: 'a' } })
    expect(performance.now() - started).toBeGreaterThan(250)
  })

  test('is released by the kill of its holder, whose name in the file then deceives nobody', async () => {
    const kill = await startHolder(means)
    const tryLock = await findKernelLock(packages)
    const waiting = take(tryLock, { signature: 'b', waitMs: 10_000 })
    await kill()
    expect((await waiting).kind).toBe('held')
  })

  test('is had by the next run of the same after a kill', async () => {
    const kill = await startHolder(means)
    await kill()
    expect((await take(await findKernelLock(packages))).kind).toBe('held')
  })

  test.each<[string, () => void, string]>([
    ['a dangling link', () => symlinkSync(`${path}.target`, path), 'it is a symbolic link'],
    ['a directory', () => mkdirSync(path), 'it is a directory'],
    [
      'a file with another name',
      () => {
        writeFileSync(`${path}.other`, 'precious')
        linkSync(`${path}.other`, path)
      },
      'it has another name as well (a hard link)',
    ],
  ])('is unusable where its file is %s', async (_, plant, why) => {
    plant()
    const lock = await take(await findKernelLock(packages))
    expect(lock).toMatchObject({
      kind: 'unusable',
      path,
      message: expect.stringContaining(`cannot use ${path}: ${why}`),
    })
    expect(existsSync(`${path}.target`)).toBe(false)
    expect(existsSync(`${path}.other`) ? readFileSync(`${path}.other`, 'utf8') : 'precious').toBe('precious')
  })
})

test('is had again after it was let go of, and its file emptied', async () => {
  const tryLock = await findKernelLock(NATIVE)
  const first = await take(tryLock)
  expect((await take(tryLock, { signature: 'b' })).kind).toBe('busy')
  if (first.kind === 'held') await first.release()
  expect(readFileSync(path, 'utf8')).toBe('')
  expect((await take(tryLock, { signature: 'b' })).kind).toBe('held')
})

test('goes to the file that is there when somebody has removed the one that was locked', async () => {
  const tryLock = await findKernelLock(NATIVE)
  const first = await take(tryLock)
  rmSync(path)
  expect((await take(tryLock, { signature: 'b' })).kind).toBe('held')
  if (first.kind === 'held') await first.release()
})

test('is unusable in a directory that is not there', async () => {
  path = join(path, 'none/run.lock')
  expect(await take(await findKernelLock(NATIVE))).toMatchObject({ kind: 'unusable' })
})

test.each([
  ['its file system gives none', 'ENOLCK', 'the file system gives no locks; name a place of your own'],
  ['the disk cannot be read', 'EIO', 'EIO'],
])('is unusable where %s', async (_, code, words) => {
  const tryLock: TryLock = () => {
    throw Object.assign(new Error(code), { code })
  }
  expect(await take(tryLock)).toMatchObject({ kind: 'unusable', path, message: expect.stringContaining(words) })
})

test('is unusable where nothing that locks can be loaded', async () => {
  const neither: LockPackages = { native: missing('fs-native-extensions'), sqlite: missing('better-sqlite3') }
  const options = { signature: 'a', signal: AbortSignal.timeout(100), timeout: 60, clock: CLOCK }
  expect(await takeRunLock(path, { ...options, findLock: () => findKernelLock(neither) })).toMatchObject({
    kind: 'unusable',
    message: expect.stringContaining('run: npm rebuild'),
  })
})

test('is not looked for in another way where too many files are open: that would not keep the others out', async () => {
  const native = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('x.node: Too many open files'), { code: 'ERR_DLOPEN_FAILED' }))
  await expect(findKernelLock({ ...SQLITE, native })).rejects.toThrow('cannot lock: too many open files (ulimit -n)')
})

test('says what to do where neither package can be had', async () => {
  const neither: LockPackages = { native: missing('fs-native-extensions'), sqlite: missing('better-sqlite3') }
  await expect(findKernelLock(neither)).rejects.toThrow(DriverMissingError)
  await expect(findKernelLock(neither)).rejects.toMatchObject({
    packageName: 'fs-native-extensions',
    message: expect.stringMatching(/no binary of fs-native-extensions.*no binary of better-sqlite3.*run: npm rebuild/),
  })
})
