import type { Check } from '../../core/check.ts'
import { FaultError } from '../../core/errors.ts'
import type { Answer, Clock, Source } from '../../core/ports.ts'
import type { SourceHome, SourceMaker } from '../../core/source-kind.ts'
import type { Reading, Seconds } from '../../core/types.ts'
import { readMounts } from '../../io/files/mounts.ts'
import { nowMs } from '../../io/now.ts'
import { type Ended, runToEnd } from '../../io/process/child.ts'
import { extractAll } from '../extract.ts'
import { redacted } from '../redacted.ts'
import { leftBehind, stillRunning } from '../survivors.ts'
import { assertTrusted } from '../trust.ts'
import { readingOf } from '../value.ts'
import { faultOfEnd } from './faults.ts'
import type { CommandLook } from './look.ts'
import { pluginReading } from './plugin.ts'

/** So much of what it prints is read. */
const LARGEST_OUTPUT = 256 * 1_024
/** How long it may take to end when it is asked to. */
const GRACE_MS = 1_000
/** The end of a program is waited for so much longer than it may take: it has to be asked first. */
const ENDING_MS = 2_000
/** Variables of ours that it finds. */
const INHERITED: readonly string[] = ['PATH', 'HOME', 'LANG']

/**
 * Makes what runs commands.
 *
 * @param options.isSecret whether what stands in a variable must not be shown
 */
export function createCommandSources({ isSecret }: { isSecret(name: string): boolean }): SourceMaker<CommandLook> {
  const mountOf = readMounts()
  return {
    create: async (name, look, home) => {
      const secrets = Object.entries(look.environment).flatMap(([key, value]) => (isSecret(key) ? [value] : []))
      const place = mountOf(look.run[0])
      const surroundings = { place, environment: environmentFor(look, home), readingTime: home.readingTime }
      const source: Source<CommandLook> = {
        name,
        remembers: true,
        read: async (checks, options) => {
          const answers = await Promise.all(checks.map((check) => read(check, { ...options, ...surroundings })))
          return redacted(joined(answers), secrets)
        },
      }
      return { source, secrets }
    },
  }
}

function environmentFor({ environment }: CommandLook, { env }: SourceHome): Readonly<Record<string, string>> {
  const ours = Object.entries(env).filter(([name]) => INHERITED.includes(name))
  return { ...(Object.fromEntries(ours) as Readonly<Record<string, string>>), ...environment }
}

interface Surroundings {
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly memory?: ReadonlyMap<string, unknown> | undefined
  readonly place: string
  readonly environment: Readonly<Record<string, string>>
  readonly readingTime: Seconds
}

interface OneAnswer {
  readonly check: string
  readonly reading: Reading
  readonly response?: Seconds
  readonly memory?: unknown
}

/** There is one check for each of them. */
function joined(answers: readonly OneAnswer[]): Answer {
  const response = answers[0]?.response
  return {
    readings: new Map(answers.map(({ check, reading }) => [check, [reading]])),
    memory: new Map(answers.map(({ check, memory }) => [check, memory])),
    ...(response === undefined ? {} : { response }),
  }
}

async function read(check: Check<CommandLook>, surroundings: Surroundings): Promise<OneAnswer> {
  const { signal, clock, memory, place, environment, readingTime } = surroundings
  const { name, look } = check
  const [path, ...args] = look.run
  const before = memory?.get(name)
  const left = stillRunning(before, clock.now())
  if (left !== undefined) return { check: name, reading: { kind: 'fault', fault: left }, memory: before }
  const timeoutMs = Math.min(look.timeout, readingTime) * 1_000
  const begun = nowMs()
  try {
    await assertTrusted(path, { signal, timeoutMs, place })
    const job = { path, args, input: Buffer.alloc(0), cwd: '/', environment, graceMs: GRACE_MS, lines: 1 }
    const bounds = { timeoutMs, hasStdout: true, largestOutput: LARGEST_OUTPUT, endsGroup: true }
    const deadline = new Date(Date.now() + timeoutMs + ENDING_MS)
    const ended = await runToEnd({ ...job, ...bounds }, { signal, deadline })
    const response = (nowMs() - begun) / 1_000
    const survived = leftBehind(ended.survivors, clock.now())
    const reading = await readEnded(check, ended, { signal, clock })
    return { check: name, reading, response, ...(survived === undefined ? {} : { memory: survived }) }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { check: name, reading: { kind: 'fault', fault: error.fault } }
  }
}

async function readEnded(
  check: Check<CommandLook>,
  ended: Ended,
  { signal, clock }: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<Reading> {
  const { prints } = check.look
  const text = ended.output.toString('utf8').replace(/^\ufeff/, '')
  const { end } = ended
  if (end.kind === 'exited' && prints === 'plugin' && end.code <= 3)
    return pluginReading(check.name, end.code, text, ended)
  if (end.kind !== 'exited' || end.code !== 0) return { kind: 'fault', fault: faultOfEnd(ended, { text }) }
  const now = clock.now()
  const value = { text: text.trim(), type: 'text', typeName: 'text' } as const
  const [found] = await extractAll(check, [value], signal)
  if (found === undefined) throw new Error('a value has come to nothing')
  return readingOf(check, found, { label: () => 'what it prints', clocks: { asOf: now, readAt: now } })
}
