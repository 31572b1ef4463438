import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { clean, shorten } from '../../core/words/text.ts'
import { type TimeLimit, timeLeftMs } from '../time-left.ts'
import { isBeyondUs, killGroup } from './group.ts'
import { collectOutput, type ProgramOutput } from './output.ts'

export interface ProgramCall {
  readonly path: string
  readonly args: readonly string[]
  readonly input: Buffer
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** all of its environment, in place of ours */
  readonly environment?: Readonly<Record<string, string>>
  /** ends what it leaves in the background */
  readonly endsGroup?: boolean
  /** keeps its stdout apart from what it says on stderr; if it prints more bytes than this it is ended */
  readonly largestOutput?: number
  /** default: until the deadline */
  readonly timeoutMs?: number
  /** how long after SIGTERM it gets SIGKILL; default at once */
  readonly graceMs?: number
  /** how many of its last lines are kept, of stderr and with `hasStdout` of stdout */
  readonly lines: number
  readonly hasStdout: boolean
}

export type End =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'died'; readonly signal: string }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'never started'; readonly error: unknown }

export interface Ended {
  readonly end: End
  /** whether its standard input took everything */
  readonly wasWritten: boolean
  readonly lastWords: string
  /** with `largestOutput` */
  readonly output: Buffer
  /** the process group of those who still run, and whom we may not end */
  readonly survivors?: number
}

const SHOWN_OUTPUT = 200
/** How long to wait for its last words after its end: a child that it left behind may hold its output open for ever. */
const LAST_WORDS_MS = 100
/** The same for output that is read. This process may be late itself. */
const OUTPUT_MS = 1_000

type Child = ChildProcessByStdio<Writable, Readable | null, Readable>

/**
 * Runs a program to its end, without a shell.
 *
 * It has a process group of its own, which is ended when the signal fires or its time is over. If the program ends by
 * itself, what it leaves in the background goes on.
 */
export async function runToEnd(program: ProgramCall, options: TimeLimit): Promise<Ended> {
  const child = start(program)
  if (!('stdin' in child)) return { end: child, wasWritten: false, lastWords: '', output: Buffer.alloc(0) }
  const output = collectOutput(child, program)
  const input = writeInput(child, program.input)
  const end = await endOf(child, program, { ...options, output })
  const { pid } = child
  if (program.endsGroup === true && pid !== undefined) killGroup(pid, 'SIGKILL')
  if (program.largestOutput !== undefined) await output.finished(OUTPUT_MS)
  else if (end.kind === 'exited' && end.code !== 0) await output.finished(LAST_WORDS_MS)
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
  const isBeyond = program.endsGroup === true && pid !== undefined && (await isBeyondUs(pid))
  return {
    end,
    wasWritten: input.wasWritten(),
    lastWords: lastLines(output.lastWords(), program.lines),
    output: output.kept(),
    ...(isBeyond ? { survivors: pid } : {}),
  }
}

/** Some failures to start are thrown, others come as an event. */
function start({ path, args, cwd, env, environment, hasStdout }: ProgramCall): Child | End {
  // Loaded here, since most runs start no program.
  const { spawn } = process.getBuiltinModule('node:child_process')
  const place = { env: environment ?? { ...itsEnvironment(), ...env }, ...(cwd === undefined ? {} : { cwd }) }
  try {
    return hasStdout
      ? spawn(path, args, { ...place, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
      : spawn(path, args, { ...place, stdio: ['pipe', 'ignore', 'pipe'], detached: true })
  } catch (error) {
    return { kind: 'never started', error }
  }
}

/** Our own short timeouts of the resolver are not for other programs. */
function itsEnvironment(): NodeJS.ProcessEnv {
  const { RES_OPTIONS: _, ...rest } = process.env
  return rest
}

function endOf(
  child: Child,
  program: ProgramCall,
  { signal, deadline, output }: TimeLimit & { readonly output: ProgramOutput },
): Promise<End> {
  return new Promise((resolve) => {
    const leftMs = timeLeftMs(deadline)
    const graceMs = Math.min(program.graceMs ?? 0, leftMs / 4)
    const limitMs = Math.min(program.timeoutMs ?? leftMs, leftMs - graceMs)
    let stopped: End | undefined
    let timer: NodeJS.Timeout | undefined
    const settle = (end: End): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      // Even if the program itself obeyed SIGTERM, its children may not have.
      if (end.kind === 'stopped' && child.pid !== undefined) killGroup(child.pid, 'SIGKILL')
      resolve(end)
    }
    const onAbort = (): void => settle({ kind: 'stopped', why: 'was interrupted' })
    const onTimeout = (): void => {
      const end: End = { kind: 'stopped', why: `did not finish within ${seconds(limitMs)}` }
      stopped = end
      if (graceMs > 0) {
        if (child.pid !== undefined) killGroup(child.pid, 'SIGTERM')
        timer = setTimeout(() => settle(end), graceMs)
      } else settle(end)
    }
    timer = setTimeout(onTimeout, limitMs)
    signal.addEventListener('abort', onAbort)
    output.onTooMuch(() => settle({ kind: 'stopped', why: 'printed too much' }))
    child.on('error', (error) => settle({ kind: 'never started', error }))
    child.on('exit', (code, died) =>
      settle(stopped ?? (code === null ? { kind: 'died', signal: died ?? '' } : { kind: 'exited', code })),
    )
  })
}

function writeInput(child: Child, input: Buffer): { wasWritten(): boolean } {
  let written = false
  // A program that does not read all of its input is judged by its exit code, not by the broken pipe.
  child.stdin.on('error', () => {})
  child.stdin.on('finish', () => {
    written = true
  })
  child.stdin.end(input)
  return { wasWritten: () => written }
}

function lastLines(text: string, count: number): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const last = lines.filter((line) => line !== '').slice(-count)
  return shorten(clean(last.join(' / ')), SHOWN_OUTPUT)
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`
}
