import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RUNTIME_INFO } from '../support/scene.ts'
import { makeWatchingScene } from '../support/watching.ts'

const HOSTS = 5_000

/** Each host has a beat; `stale` has none for an hour. */
async function makeHosts(names: readonly string[], stale: readonly string[]) {
  const scene = await makeWatchingScene(RUNTIME_INFO)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-each-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'hosts.txt')
  writeFileSync(file, names.map((name) => `${name}\n`).join(''), { mode: 0o600 })
  const now = Math.floor(Date.now() / 1_000)
  const insert = scene.database.prepare('INSERT INTO runtime_info VALUES (?, ?)')
  scene.database.transaction(() => {
    for (const name of names) insert.run(`backup_${name}`, String(stale.includes(name) ? now - 3_600 : now))
  })()
  const backup = { key: 'backup_{each}', critical: '10m', tags: ['of-{each}'], note: 'Look at {each}' }
  return { scene, backup: { foreach: { file }, ...backup } }
}

test('five thousand hosts in a file are five thousand checks', { timeout: 60_000 }, async () => {
  const names = Array.from({ length: HOSTS }, (_, i) => `h${i}.example.org`)
  const { scene, backup } = await makeHosts(names, ['h17.example.org'])
  scene.watch({ 'backup-{each}': backup })
  const { code, stdout, stderr, seconds } = await scene.command(['check', '-t', '20s', '--format', 'json'])
  expect([code, stderr]).toEqual([2, ''])
  const { checks } = JSON.parse(stdout)
  expect(checks.filter(({ kind }: { kind: string }) => kind === 'check')).toHaveLength(HOSTS)
  expect(seconds).toBeLessThan(20)
})

test('each check that is made is told, selected and silenced by its own name', async () => {
  const { scene, backup } = await makeHosts(['a', 'b', 'c'], ['a', 'b'])
  scene.watch({ 'backup-{each}': backup })
  expect((await scene.command(['silence', 'backup-b*', '--for', '1h'])).code).toBe(0)
  await scene.command(['run'])
  const [mail] = scene.mails()
  expect(mail?.parsed.subject).toContain('backup-a')
  expect(mail?.parsed.text).toContain('Look at a')
  expect(mail?.parsed.subject).not.toContain('backup-b')
  expect((await scene.command(['check', 'backup-c'])).code).toBe(0)
  expect((await scene.command(['check', '--tag', 'of-a'])).stdout).toMatch(/^CRITICAL - backup-a: /)
})

test('one that depends on another of its own host is not told beside it', async () => {
  const { scene, backup } = await makeHosts(['a', 'b'], ['a'])
  scene.watch({
    'ping-{each}': { ...backup, tags: [] },
    'backup-{each}': { ...backup, after: 'ping-{each}' },
  })
  await scene.command(['run'])
  const subjects = scene.subjects().join('\n')
  expect(subjects).toContain('ping-a')
  expect(subjects).not.toContain('backup-a')
})

test('what is wrong with one name is told, and the others are watched', async () => {
  const { scene, backup } = await makeHosts(['a', 'b', 'b c'], ['a'])
  scene.watch({ 'backup-{each}': backup })
  const { code, stderr } = await scene.command(['validate'])
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(
      /lastalive\.yaml:\d+: checks\.backup-\{each\}\.foreach: \S+hosts\.txt:3: "backup-b c" cannot be a name/,
    ),
  ])
  await scene.command(['run'])
  const subjects = scene.subjects().join('\n')
  expect(subjects).toContain('backup-a')
  expect(subjects).toContain('configuration')
})
