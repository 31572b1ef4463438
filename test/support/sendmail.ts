import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a fake sendmail does after it has kept its arguments and standard input. */
export interface SendmailSettings {
  /** default 0 */
  readonly exitCode?: number
  /** lines of sh that run before it reads its standard input, such as `sleep 60` */
  readonly before?: string
  /** lines of sh that run before it exits, such as `echo words >&2` */
  readonly after?: string
}

/** One time that it was called. */
interface SendmailCall {
  readonly args: readonly string[]
  /** what came on its standard input */
  readonly raw: string
}

/** A fake sendmail program. */
export interface SendmailFixture {
  readonly path: string
  /** the calls that read all of their input, oldest first */
  calls(): Promise<readonly SendmailCall[]>
  stop(): Promise<void>
}

/** Makes a program, in a temporary directory, that takes mail as sendmail does. */
export async function makeSendmail({
  exitCode = 0,
  before = '',
  after = '',
}: SendmailSettings = {}): Promise<SendmailFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'lastalive-sendmail-'))
  const path = join(directory, 'sendmail')
  const script = [
    '#!/bin/sh',
    `call='${directory}'/call-$(date +%s%N)-$$`,
    before,
    'printf "%s\\0" "$@" > "$call.args"',
    'cat > "$call.part"',
    'mv "$call.part" "$call.mail"',
    after,
    `exit ${exitCode}`,
  ]
  await writeFile(path, `${script.join('\n')}\n`)
  await chmod(path, 0o755)
  return { path, calls: () => readCalls(directory), stop: () => rm(directory, { recursive: true, force: true }) }
}

async function readCalls(directory: string): Promise<readonly SendmailCall[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.mail')).sort()
  return Promise.all(
    names.map(async (name) => {
      const args = await readFile(join(directory, name.replace(/mail$/, 'args')), 'utf8')
      return { args: args.split('\0').slice(0, -1), raw: await readFile(join(directory, name), 'utf8') }
    }),
  )
}
