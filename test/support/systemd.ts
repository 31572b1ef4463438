import { type Outcome, runProgram } from './command.ts'
import { launcherOf } from './unpacked.ts'

/** What suites say where they have to be skipped. */
export const SYSTEMD_MISSING = 'no systemd-analyze: let .ci/run unpack it, or apt-get install systemd'

const PROGRAM = '/usr/bin/systemd-analyze'

/** An installed systemd would do, too, but may change how a machine works. */
const launcher = launcherOf('.systemd', [PROGRAM])

/** Whether unit files can be looked at; nothing of systemd has to run for that. */
export const canAnalyze = launcher !== undefined

/** Runs systemd-analyze to its end. */
export function systemdAnalyze(...words: readonly string[]): Promise<Outcome> {
  return runProgram([...(launcher ?? []), PROGRAM, ...words])
}

/** The same on a host in another zone. */
export function systemdAnalyzeIn(zone: string, words: readonly string[]): Promise<Outcome> {
  return runProgram([...(launcher ?? []), PROGRAM, ...words], { env: { TZ: zone } })
}

/**
 * The system calls that the values of `SystemCallFilter=` let through, in the order in which they stand.
 *
 * @param filters lists of names and of groups, such as `@system-service`; behind a ~ what is taken away again
 */
export async function callsLetThrough(filters: readonly string[]): Promise<ReadonlySet<string>> {
  const groups = groupsIn((await systemdAnalyze('syscall-filter', '--no-pager')).stdout)
  const namesOf = (word: string): readonly string[] => groups.get(word)?.flatMap(namesOf) ?? [word]
  const allowed = new Set<string>()
  for (const filter of filters) {
    const names = filter.replace('~', '').split(' ').flatMap(namesOf)
    for (const name of names) filter.startsWith('~') ? allowed.delete(name) : allowed.add(name)
  }
  return allowed
}

/** Each group's name stands in a line of its own, and below it, indented, what it is and what belongs to it. */
function groupsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const name = line.trim()
    if (/^@/.test(line)) {
      current = []
      groups.set(name, current)
    } else if (name !== '' && !name.startsWith('#')) current.push(name)
  }
  return groups
}
