import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { COMMAND, runProgram } from '../support/command.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url)), 'utf8')
const DIRECTORY = 'lastalive-tutorial'
const MARK = '=== next ==='

/** What the page has one type, and what it says that is printed. */
const steps = [...PAGE.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => ({ command: step.split('\n')[0] ?? '', shown: step.split('\n').slice(1).join('\n') })),
)
const configuration = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? ''

/** Instants, durations of a reading and the place of the directory are others each time. */
function timeless(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/g, 'T')
    .replaceAll(/=-?[\d.]+s/g, '=N')
    .replaceAll(/\b\d+ s ago/g, 'N s ago')
    .replaceAll(new RegExp(`\\S*/${DIRECTORY}/`, 'g'), '/')
}

test('docs/tutorial.md says what is printed at each step', async () => {
  const home = mkdtempSync(join(tmpdir(), 'lastalive-tutorial-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  mkdirSync(join(home, 'bin'))
  putProgram(join(home, 'bin/lastalive'), `exec '${process.execPath}' '${COMMAND}' "$@"`)
  putProgram(join(home, 'bin/sqlite3'), `exec '${process.execPath}' '${join(home, 'sqlite3.cjs')}' "$@"`)
  const engine = JSON.stringify(fileURLToPath(import.meta.resolve('better-sqlite3')))
  writeFileSync(join(home, 'sqlite3.cjs'), `new (require(${engine}))(process.argv[2]).exec(process.argv[3])`)
  const [enter, ...rest] = steps.map(({ command }) => command)
  const file = `cat >lastalive.yaml <<'END'\n${configuration}END`
  const script = [enter, file, ...rest].map((command) => `${command}\ncode=$?\necho '${MARK}'\n(exit $code)`).join('\n')
  const env = { HOME: home, PATH: `${join(home, 'bin')}:${process.env.PATH}` }
  const { stdout, stderr } = await runProgram(['sh', '-c', script], { cwd: home, env })
  const [entered, , ...printed] = stdout.split(`${MARK}\n`)
  expect([steps.length, stderr]).toEqual([steps.length > 15 ? steps.length : '> 15', ''])
  const asShown = [entered, ...printed].map((text = '', i) => {
    // Where the page leaves out what is printed, something is.
    return steps[i]?.shown.trim() === '…' && text !== '' ? steps[i]?.shown : timeless(text)
  })
  expect(asShown.slice(0, -1)).toEqual(steps.map(({ shown }) => timeless(shown)))
})

function putProgram(path: string, line: string): void {
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o755)
}
