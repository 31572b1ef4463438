import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { COMMAND, lastalive, type Outcome } from '../support/command.ts'
import { RUNTIME_INFO } from '../support/scene.ts'
import { type SmtpFixture, startSmtp } from '../support/smtp.ts'

/** The project. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)))
/** What is under test here. */
export const EXAMPLES = join(ROOT, 'examples')

type Environment = Readonly<Record<string, string>>

/** A temporary directory that is gone when the test is over. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-examples-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** An SMTP server that is gone when the test is over. */
export async function startServer(settings?: Parameters<typeof startSmtp>[0]): Promise<SmtpFixture> {
  const smtp = await startSmtp(settings)
  onTestFinished(() => smtp.stop())
  return smtp
}

/** An SQLite file with manitou's table, still empty. */
export function makeTable() {
  const path = join(makeDirectory(), 'app.db')
  const file = new Database(path)
  onTestFinished(() => void file.close())
  file.exec(RUNTIME_INFO)
  const insert = file.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
  return { path, file, set: (key: string, value: string) => insert.run(key, value) }
}

/** A configuration is refused where others can write it, and a checkout may be such a place. */
export function copyPrivately(name: string, to: string): void {
  writeFileSync(to, readFileSync(join(EXAMPLES, name)), { mode: 0o600 })
}

/** The commands with a copy of a configuration and a state directory of their own. */
export function configure(name: string, env: Environment) {
  const directory = makeDirectory()
  const config = join(directory, name)
  copyPrivately(name, config)
  const state = ['--config', config, '--state', join(directory, 'state')]
  return {
    validate: () => lastalive(['validate', '--config', config], { env }),
    check: (more: readonly string[]) => lastalive(['check', ...state, ...more], { env }),
    run: () => lastalive(['run', ...state], { env }),
  }
}

/** A PATH on which `lastalive` is the built command. */
export function pathWithCommand(): string {
  const directory = makeDirectory()
  const program = `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`
  writeFileSync(join(directory, 'lastalive'), program, { mode: 0o755 })
  return `${directory}:${process.env.PATH}`
}

/** Runs a program to its end, from the root of the project. */
export function start(program: string, args: readonly string[], env: Environment = {}) {
  return new Promise<Pick<Outcome, 'code' | 'stdout' | 'stderr'>>((end) => {
    const options = { cwd: ROOT, env: { PATH: process.env.PATH, TZ: 'UTC', INIT_CWD: ROOT, ...env } }
    const child = execFile(program, args, options, (_error, stdout, stderr) =>
      end({ code: child.exitCode, stdout, stderr }),
    )
  })
}

/** Names tests by the file that they are about. */
export function about(file: string): string {
  return file
}

/** The files that tests here are about, in alphabetical order. */
export function coveredFiles(): readonly string[] {
  const suites = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
  const sources = suites.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  const files = sources.flatMap((source) => [...source.matchAll(/\babout\('([^']+)'\)/g)].map(([, file = '']) => file))
  return files.sort()
}
