import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { canMountDead, DEAD_MOUNT_MISSING, deadMountAt, lastaliveAfter } from '../support/own-mounts.ts'

/** Before Node 22.15 nothing can end a process that waits for such files but a kill, which has no exit code. */
const HAS_CODE = 'execve' in process

const KEY = ['--key', 'a=1h', '-t', '3s']
const TOLD = ['--to', 'a@domain.tld', '--from', 'b@domain.tld', '--smtp']
const UP = 'smtp://127.0.0.1:1'
const BUSY = 'stopped: still busy after 3 s'

const SQL_CHECK = { database: 'd', key: 'a', critical: '1h' }

interface Case {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly code: number
  /** what stands on stdout or stderr */
  readonly says: string
}

/** What needs something of a file system that is gone. DIR is a directory that is there. */
const CASES: Readonly<Record<string, Case>> = {
  'the configuration': { args: ['check', '--config', 'DIR/dead/a.yaml', '-t', '3s'], code: 3, says: BUSY },
  'the directory of further files': { args: ['check', '--config', 'DIR/a.yaml', '-t', '3s'], code: 3, says: BUSY },
  'the options of a plugin': { args: ['check', '--extra-opts=@DIR/dead/a.ini', '-t', '3s'], code: 3, says: BUSY },
  'the services of PostgreSQL': {
    args: ['check', '--url', 'service=a', ...KEY],
    env: { PGSERVICEFILE: 'DIR/dead/services' },
    code: 3,
    says: BUSY,
  },
  'a certificate of PostgreSQL': {
    args: ['check', '--url', 'postgres://127.0.0.1:1/d?sslmode=verify-ca&sslrootcert=DIR/dead/ca', ...KEY],
    code: 2,
    says: 'no answer',
  },
  'the options of MySQL': {
    args: ['check', '--url', 'mysql://127.0.0.1:1/d?read-default-file=DIR/dead/my.cnf', ...KEY],
    code: 2,
    says: 'no answer',
  },
  'the database itself': {
    args: ['check', '--url', 'sqlite:DIR/dead/a.db', ...KEY],
    code: 2,
    says: 'from the disk of DIR/dead/a.db',
  },
  'a watched file': {
    args: ['check', '--file', 'DIR/dead/*', '-c', '1h', '-t', '3s'],
    code: 3,
    says: 'no answer from the file system at DIR/dead within 2.',
  },
  'the certificates of a mail server': {
    args: ['run', '--url', 'sqlite:DIR/no.db', '--state', 'DIR/state', ...TOLD, `${UP}?ca=DIR/dead/ca`, ...KEY],
    code: 4,
    says: 'is to trust: DIR/dead/ca does not answer in time',
  },
  'the state directory': {
    args: ['run', '--url', 'sqlite:DIR/no.db', '--state', 'DIR/dead/state', ...TOLD, UP, ...KEY],
    code: 4,
    says: BUSY,
  },
  'the file of the report': {
    args: ['check', '--url', 'sqlite:DIR/no.db', '--output', 'DIR/dead/report', ...KEY],
    code: 3,
    says: BUSY,
  },
}

async function runBeside(name: string, { also = '' } = {}): Promise<{ dir: string; outcome: Outcome }> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-dead-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(join(dir, 'dead'))
  mkdirSync(join(dir, 'conf.d'))
  writeFileSync(join(dir, 'a.yaml'), 'databases: { d: sqlite:/no.db }', { mode: 0o600 })
  const { args, env = {} } = CASES[name] ?? { args: [] }
  const here = (text: string): string => text.replaceAll('DIR', dir)
  const mounts = [deadMountAt(join(dir, name === 'the directory of further files' ? 'conf.d' : 'dead')), also]
  const settings = { env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, here(value)])) }
  const outcome = await lastaliveAfter(mounts.join('\n'), args.map(here), { ...settings, killAfterMs: 12_000 })
  return { dir, outcome }
}

describe.skipIf(!canMountDead())(`on a file system that is gone (${DEAD_MOUNT_MISSING} where skipped)`, () => {
  test.each(Object.entries(CASES))(
    '%s is not waited for beyond the time that there is',
    async (name, { code, says }) => {
      const { dir, outcome } = await runBeside(name)
      expect(outcome.seconds).toBeLessThan(9)
      expect(`${outcome.stdout}${outcome.stderr}`).toContain(says.replace('DIR', dir))
      expect(outcome).toMatchObject(HAS_CODE ? { code, signal: null } : { signal: 'SIGKILL' })
    },
  )

  test('watched files that lie elsewhere are read, and names are looked up, however many lie on it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-dead-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    mkdirSync(join(dir, 'dead'))
    const far = Array.from({ length: 8 }, (_, i) => [`far${i}`, { file: join(dir, `dead/${i}`), critical: '1h' }])
    const checks = { ...Object.fromEntries(far), near: { file: join(dir, 'a.yaml'), critical: '1h' } }
    const configuration = { databases: { d: 'postgres://localhost:1/d' }, checks: { ...checks, sql: SQL_CHECK } }
    writeFileSync(join(dir, 'a.yaml'), JSON.stringify(configuration), { mode: 0o600 })
    const line = ['check', '--config', join(dir, 'a.yaml'), '-t', '3s', '--format', 'text']
    const { stdout } = await lastaliveAfter(deadMountAt(join(dir, 'dead')), line, { killAfterMs: 12_000 })
    expect(stdout.match(/far\d .*no answer from the file system at .*dead within/g)).toHaveLength(8)
    expect(stdout).toMatch(/near .*alive/)
    expect(stdout).toMatch(/cannot connect \(connection refused\)/)
  })

  test.each(['the configuration', 'the options of a plugin', 'the services of PostgreSQL', 'the file of the report'])(
    '%s does not keep the command from ending when it is told to',
    async (name) => {
      const { outcome } = await runBeside(name, { also: '(sleep 1.5; kill -TERM $$) &' })
      expect(outcome.seconds).toBeLessThan(6)
      expect(outcome.stdout).toContain('UNKNOWN - lastalive: stopped by SIGTERM')
      expect(outcome).toMatchObject(HAS_CODE ? { code: 3, signal: null } : { signal: 'SIGKILL' })
    },
  )
})
