import { execFileSync } from 'node:child_process'
import { COMMAND, type CommandOptions, type Outcome, runProgram } from './command.ts'
import { asUser, serverUser } from './postgres.ts'

/** What suites say where they have to be skipped. */
export const NOBODY_MISSING = 'root needs setpriv, and a directory of this package that everybody can read'

/** Somebody whom the rights of files hold back: we ourselves, unless we are root. */
const user = serverUser('nobody')

/** Whether such a user can start the command. */
export function canBeNobody(): boolean {
  try {
    const [program, parameters] = asUser(user, [process.execPath, COMMAND, '--version'])
    execFileSync(program, parameters, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs the built command as a user whom the rights of files hold back. */
export function lastaliveAsNobody(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [program, parameters] = asUser(user, [process.execPath, COMMAND, ...args])
  return runProgram([program, ...parameters], options)
}
