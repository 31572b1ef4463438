import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { COMMAND, type Outcome, runProgram } from './command.ts'

/** What suites say where they have to be skipped. */
export const STRACE_MISSING = 'no strace that may trace: apt-get install strace'

/** Whether there is strace, and the kernel lets it trace: in some containers it does not. */
export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', process.execPath, '--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The calls that leave something behind; the question mark passes over those that a machine does not have. */
const CALLS = [
  ...['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'ftruncate', 'fsync', 'fdatasync', 'openat'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat'],
  ...['connect', 'sendto', 'sendmsg', 'sendmmsg'],
].map((name) => `?${name}`)

/** A moment in the life of a run: the one before it makes a call. */
export interface Moment {
  /** the call's name */
  readonly call: string
  /** a file, by its name without the hash in it, or a socket, with the first word of what is sent */
  readonly to: string
  /** which of the calls of that name to it, from 1 */
  readonly nth: number
  /** whether it goes to the state directory; else it is made by the main thread, to anywhere else */
  readonly isOfState: boolean
  /** its count within its thread: of the calls of that name to the state directory, or of all of that name */
  readonly count: number
}

/** A run that was traced to its end. */
export interface Traced {
  readonly outcome: Outcome
  /** oldest first */
  readonly moments: readonly Moment[]
  /** the state directory, and all that it touched in there */
  readonly paths: readonly string[]
}

/** Where things are for strace. */
export interface TraceOptions {
  /** the state directory, by its real path */
  readonly state: string
  /** the file that strace writes */
  readonly log: string
}

/** Lets a command run to its end, and lists its calls, from the first one to the state directory on. */
export async function trace(args: readonly string[], options: TraceOptions): Promise<Traced> {
  const outcome = await runTraced(['-f', '-e', `trace=${CALLS.join(',')}`], args, options)
  const calls = callsIn(options)
  const first = calls.findIndex(({ isOfState }) => isOfState)
  const paths = new Set(calls.flatMap((call) => call.paths))
  return { outcome, moments: calls.slice(Math.max(first, 0)).filter(isMomentous), paths: [...paths] }
}

/** What came of aiming at a moment. */
export interface Blow {
  /** where it died, which may be another moment; undefined where it did not */
  readonly diedAt: string | undefined
  /** the count to aim at if it was missed */
  readonly aim: number
}

/**
 * Kills a command at a moment: SIGKILL comes as the call is entered, and the call is not made.
 *
 * strace counts by name and by thread, and whichever thread reaches the count first dies. So that it is the right one,
 * nothing but the calls to the state directory is looked at for a moment of that (-P), and nothing but the main thread
 * for the others (without -f). Where it talks to several servers at once, the count may lead to a neighbour: where it
 * died, the trace of the killed run tells.
 *
 * @param aim.paths of the state directory
 * @param aim.count the moment's own at first
 */
export async function strike(
  moment: Moment,
  args: readonly string[],
  { paths, count, ...options }: TraceOptions & { readonly paths: readonly string[]; readonly count: number },
): Promise<Blow> {
  const where = moment.isOfState ? ['-f', ...paths.flatMap((path) => ['-P', path])] : []
  const kill = ['-e', `trace=${moment.call}`, '-e', `inject=${moment.call}:signal=SIGKILL:when=${count}`]
  const { signal } = await runTraced([...where, ...kill], args, options)
  if (signal !== 'SIGKILL') return { diedAt: undefined, aim: Math.max(1, count - 1) }
  const calls = callsIn(options)
  const isMeant = ({ to, nth }: Moment): boolean => to === moment.to && nth === moment.nth
  const last = calls.find((call) => call.count === count)
  if (last === undefined) throw new Error(`died before ${moment.call} was called ${count} times`)
  return { diedAt: nameOf(last), aim: calls.find(isMeant)?.count ?? count + 1 }
}

/** A moment for people. */
export function nameOf({ call, to, nth }: Moment): string {
  return `${call} ${to} (${nth})`
}

/** What kind of moment it is, on each machine: some know rename and unlink as renameat and unlinkat alone. */
export function kindOf({ call, to }: Moment): string {
  return `${call.replace(/at2?$/, '')} ${to}`
}

/**
 * With one thread for files, and room for all that it makes, so that it never collects its garbage: its calls come in
 * the same order each time, and it writes to its own threads as often.
 */
function runTraced(how: readonly string[], args: readonly string[], { log }: TraceOptions): Promise<Outcome> {
  const strace = ['strace', '-y', '-qq', '-s', '64', '-o', log, ...how]
  const node = [process.execPath, '--min-semi-space-size=64', '--max-semi-space-size=64', COMMAND]
  return runProgram([...strace, ...node, ...args], { env: { UV_THREADPOOL_SIZE: '1' } })
}

interface Call extends Moment {
  /** what comes behind its name */
  readonly text: string
  /** what it names of the state directory */
  readonly paths: readonly string[]
}

/** The calls to the state directory, and those that the main thread made to anywhere else, in their order. */
function callsIn({ state, log }: TraceOptions): readonly Call[] {
  const counts = new Map<string, number>()
  const count = (...key: readonly unknown[]): number => {
    const next = (counts.get(key.join(' ')) ?? 0) + 1
    counts.set(key.join(' '), next)
    return next
  }
  const begun = [...readFileSync(log, 'utf8').matchAll(/^(\d*) *(\w+)\((.*)/gm)]
  const [[, main] = []] = begun
  return begun.flatMap(([, thread, call = '', text = '']): readonly Call[] => {
    const paths = [...text.matchAll(/(?<=[<"])\/[^>"]*/g)].map(([path]) => path)
    const ours = paths.filter((path) => path === state || path.startsWith(`${state}/`))
    const isOfState = ours.length > 0
    const ofMain = thread === main ? count('all', call) : 0
    const ofState = isOfState ? count('state', thread, call) : 0
    if (!isOfState && thread !== main) return []
    const to = isOfState ? fileName(ours[0] ?? '') : socketWords(text)
    return [{ call, to, nth: count('to', call, to), isOfState, count: isOfState ? ofState : ofMain, text, paths: ours }]
  })
}

/** The hash in the name of a lockfile is another one in each scene. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/-[0-9a-f]{10,24}(?=\.)/, '')
}

function socketWords(text: string): string {
  const [, file = '', said = ''] = /^\d+<([^:>]*)[^"]*(?:"([\w.-]*))?/.exec(text) ?? []
  return said === '' ? file : `${file} ${said}`
}

/**
 * Whether anybody else could tell whether a call was made: not where a process wakes its own threads, nor where nothing
 * is written or nothing made, nor where a file is made right after its place was cleared, which is a moment already.
 */
function isMomentous({ call, to, text }: Call): boolean {
  if (call === 'openat') return text.includes('O_CREAT') && !to.endsWith('.tmp')
  return !/^\d+<(?:anon_inode|pipe):|, (?:NULL|""), 0\)/.test(text)
}
