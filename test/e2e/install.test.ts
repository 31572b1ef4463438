import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What README says to type so that the command is on the PATH. */
const TYPED = /npm [^`\n]*install -g [^`\n]*/
const COMMANDS = TYPED.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[0].split(' && ') ?? []

test('what README says puts a copy on the PATH, which needs the clone no more', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-install-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [clone, prefix] = [join(dir, 'clone'), join(dir, 'prefix')]
  execFileSync('git', ['clone', '--quiet', ROOT, clone])
  // What `npm ci` brings is here already. Where no compiler is, it leaves better-sqlite3 out, and nobody needs it to build.
  mkdirSync(join(clone, 'node_modules'))
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => name !== 'better-sqlite3')) {
    symlinkSync(join(ROOT, 'node_modules', name), join(clone, 'node_modules', name))
  }
  for (const command of COMMANDS.filter((command) => command !== 'npm ci')) {
    const env = { ...process.env, npm_config_prefix: prefix }
    const scripts = command.includes('install') ? { npm_config_ignore_scripts: 'true' } : {}
    execFileSync('sh', ['-c', command], { cwd: clone, env: { ...env, ...scripts }, stdio: 'pipe' })
  }
  rmSync(clone, { recursive: true })
  const installed = join(prefix, 'bin/lastalive')
  expect(execFileSync(installed, ['--version'], { encoding: 'utf8' })).toMatch(/^(lastalive )?\d+\.\d+\.\d+\n$/)
  expect(execFileSync(installed, ['recipes', 'manitou'], { encoding: 'utf8' })).toContain('key: "last_alive"')
}, 120_000)
