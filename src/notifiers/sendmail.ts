import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { errorCode, errorMessage } from '../core/errors.ts'
import { clean, shorten } from '../core/text.ts'
import {
  isTooLate,
  type Letter,
  type Outcome,
  refusedForNow,
  type SendOptions,
  timeLeftMs,
  uncertain,
} from './outcome.ts'

/** "Try later", which programs also say after they have queued the mail. See sysexits.h. */
const EX_TEMPFAIL = 75
/** How much of what the program says is kept, in characters. */
const KEPT_OUTPUT = 4096
const SHOWN_OUTPUT = 200
/** How long its last words may take after its end; a child that it left behind may hold its output open for ever. */
const LAST_WORDS_MS = 100

type Sendmail = ChildProcessByStdio<Writable, Readable, Readable>

type End =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'died'; readonly signal: string }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'never started'; readonly error: unknown }

/**
 * Hands a letter to a local sendmail program. Acceptance means that it is queued, not that it will arrive.
 *
 * The program runs in a process group of its own, which is killed when the signal fires or the deadline comes.
 *
 * @param path the program, absolute
 * @returns one outcome for all of the letter's addresses
 */
export async function sendBySendmail(path: string, letter: Letter, options: SendOptions): Promise<Outcome> {
  const who = `sendmail (${clean(path)})`
  if (isTooLate(options)) return refusedForNow(`${who} was not started: no time left`)
  const child = start(path, letter)
  if (!('stdin' in child)) return outcomeOf(child, { who, wasWritten: false, lastWords: '' })
  const output = collectOutput(child)
  const input = writeInput(child, letter.mime)
  const end = await endOf(child, options)
  if (end.kind === 'exited' && end.code !== 0) await output.finished()
  child.stdin.destroy()
  child.stdout.destroy()
  child.stderr.destroy()
  return outcomeOf(end, { who, wasWritten: input.wasWritten(), lastWords: output.lastWords() })
}

/** Some failures to start are thrown, others come as an event. */
function start(path: string, letter: Letter): Sendmail | End {
  try {
    const args = ['-i', '-f', letter.from, '--', ...letter.to]
    return spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: itsEnvironment() })
  } catch (error) {
    return { kind: 'never started', error }
  }
}

/** Our own look-ups are cut short so that they end with the run; those of a mail program are its own affair. */
function itsEnvironment(): NodeJS.ProcessEnv {
  const { RES_OPTIONS: _, ...rest } = process.env
  return rest
}

function endOf(child: Sendmail, { signal, deadline }: SendOptions): Promise<End> {
  return new Promise((resolve) => {
    const leftMs = timeLeftMs(deadline)
    const stop = (why: string) => () => {
      killGroup(child)
      settle({ kind: 'stopped', why })
    }
    const onAbort = stop('was interrupted')
    const timer = setTimeout(stop(`did not finish within ${seconds(leftMs)}`), leftMs)
    const settle = (end: End) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(end)
    }
    signal.addEventListener('abort', onAbort)
    child.on('error', (error) => settle({ kind: 'never started', error }))
    child.on('exit', (code, died) =>
      settle(code === null ? { kind: 'died', signal: died ?? '' } : { kind: 'exited', code }),
    )
  })
}

function killGroup(child: Sendmail): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // Nobody is left of the group; or it runs as another user, and what it does with the mail is not ours to end.
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) throw error
  }
}

function writeInput(child: Sendmail, mime: Buffer): { wasWritten(): boolean } {
  let written = false
  // A program that ends without reading everything is judged by its exit, not by the broken pipe.
  child.stdin.on('error', () => {})
  child.stdin.on('finish', () => {
    written = true
  })
  child.stdin.end(mime)
  return { wasWritten: () => written }
}

function collectOutput(child: Sendmail): { finished(): Promise<void>; lastWords(): string } {
  let kept = ''
  const streams = [child.stderr, child.stdout]
  const ended = streams.map((stream) => {
    stream.setEncoding('utf8')
    stream.on('error', () => {})
    stream.on('data', (text: string) => {
      kept = (kept + text).slice(-KEPT_OUTPUT)
    })
    return new Promise<void>((resolve) => stream.on('close', resolve))
  })
  return {
    finished: async () => {
      let timer: NodeJS.Timeout | undefined
      const longEnough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LAST_WORDS_MS)
      })
      await Promise.race([Promise.all(ended), longEnough])
      clearTimeout(timer)
    },
    lastWords: () => lastLines(kept),
  }
}

/** The last three lines as one, the beginning cut off where they are long. */
function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const last = lines.filter((line) => line !== '').slice(-3)
  return shorten(clean(last.join(' / ')), SHOWN_OUTPUT)
}

interface Circumstances {
  readonly who: string
  /** whether the whole message went into its standard input */
  readonly wasWritten: boolean
  readonly lastWords: string
}

function outcomeOf(end: End, { who, wasWritten, lastWords }: Circumstances): Outcome {
  const said = lastWords === '' ? '' : `: ${lastWords}`
  switch (end.kind) {
    case 'never started':
      return refusedForNow(whyNotStarted(who, end.error))
    case 'stopped':
      return uncertain(`${who} ${end.why} and was killed; it may have taken the mail`)
    case 'died':
      return wasWritten
        ? uncertain(`${who} died of ${end.signal}; it may have taken the mail`)
        : refusedForNow(`${who} died of ${end.signal} before it had read the mail`)
    case 'exited':
      if (end.code === EX_TEMPFAIL)
        return uncertain(`${who} could not send now (exit 75), and may have queued the mail${said}`)
      if (end.code !== 0) return refusedForNow(`${who} failed with exit ${end.code}${said}`)
      return { kind: 'accepted', by: who }
  }
}

function whyNotStarted(who: string, error: unknown): string {
  const cure = 'install a mail program, or give the path of one, or an smtp URL'
  switch (errorCode(error)) {
    case 'ENOENT':
      return `${who} does not exist; ${cure}`
    case 'EACCES':
      return `${who} cannot be executed; ${cure}`
    default:
      return `${who} cannot be started: ${clean(errorMessage(error))}; ${cure}`
  }
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`
}
