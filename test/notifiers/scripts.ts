import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a script does besides keeping its arguments, environment and standard input. */
export interface ScriptSettings {
  /** lines of sh that run before it reads its standard input */
  readonly before?: string
  /** lines of sh that run before it exits */
  readonly after?: string
}

/** One time that it was run. */
interface Call {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly input: string
}

/** A program for a command notifier. */
export interface ScriptFixture {
  readonly path: string
  /** the calls that read all of their input, oldest first */
  calls(): Promise<readonly Call[]>
  stop(): Promise<void>
}

/** Makes a shell script in a temporary directory. */
export async function makeScript({ before = '', after = '' }: ScriptSettings = {}): Promise<ScriptFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'lastalive-script-'))
  const path = join(directory, 'tell')
  const script = [
    '#!/bin/sh',
    before,
    `call='${directory}'/$(date +%s%N)-$$`,
    'pwd > "$call.cwd"',
    'printf "%s\\0" "$@" > "$call.args"',
    'env -0 > "$call.env"',
    'cat > "$call.part"',
    'mv "$call.part" "$call.input"',
    after,
  ]
  await writeFile(path, `${script.join('\n')}\n`)
  await chmod(path, 0o755)
  return { path, calls: () => readCalls(directory), stop: () => rm(directory, { recursive: true, force: true }) }
}

async function readCalls(directory: string): Promise<readonly Call[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.input')).sort()
  return Promise.all(
    names.map(async (name) => {
      const read = (kind: string) => readFile(join(directory, name.replace(/input$/, kind)), 'utf8')
      const variables = (await read('env')).split('\0').filter((line) => line.includes('='))
      return {
        args: (await read('args')).split('\0').slice(0, -1),
        env: Object.fromEntries(
          variables.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
        ),
        cwd: (await read('cwd')).trim(),
        input: await read('input'),
      }
    }),
  )
}
