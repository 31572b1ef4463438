import type { Check } from '../../core/check.ts'
import { FaultError } from '../../core/errors.ts'
import type { Answer, Source } from '../../core/ports.ts'
import { child } from '../../core/shape/tree.ts'
import type { SourceMaker } from '../../core/source-kind.ts'
import type { Fault, Reading, Seconds } from '../../core/types.ts'
import { shorten } from '../../core/words/text.ts'
import { readMounts } from '../../io/files/mounts.ts'
import { redacted } from '../redacted.ts'
import { type LeftBehind, leftBehind, stillRunning } from '../survivors.ts'
import { assertTrusted } from '../trust.ts'
import { askModule } from './ask.ts'
import type { ModuleLook } from './look.ts'
import { readingFrom } from './reading.ts'

type ReadOptions = Parameters<Source['read']>[1]

/** So many characters of an error are told: a module may throw a book. */
const LONGEST_WORDS = 500

/**
 * Makes what asks modules.
 *
 * @param options.secretsIn the texts in the options of a module that must not be shown
 */
export function createModuleSources({
  secretsIn,
}: {
  secretsIn(options: unknown): readonly string[]
}): SourceMaker<ModuleLook> {
  const mountOf = readMounts()
  return {
    create: async (name, look, { readingTime }) => {
      const place = mountOf(look.path)
      const secrets = secretsIn(look.options)
      const timeoutMs = Math.min(look.timeout, readingTime) * 1_000
      const source: Source<ModuleLook> = {
        name,
        remembers: true,
        read: async (checks, options) => {
          const answers = await Promise.all(checks.map((check) => ask(check, { ...options, place, timeoutMs })))
          return joined(answers, secrets)
        },
      }
      return { source, secrets }
    },
  }
}

interface OneAnswer {
  readonly check: string
  readonly reading: Reading
  readonly response?: Seconds
  readonly memory?: unknown
}

/** There is one check for each of them. */
function joined(answers: readonly OneAnswer[], secrets: readonly string[]): Answer {
  const response = answers[0]?.response
  return {
    // Shortened last, or the first half of a secret would be left.
    readings: new Map(answers.map(({ check, reading }) => [check, [inShort(redacted(reading, secrets))]])),
    memory: new Map(answers.flatMap((one) => ('memory' in one ? [[one.check, one.memory]] : []))),
    ...(response === undefined ? {} : { response }),
  }
}

function inShort(reading: Reading): Reading {
  if (reading.kind !== 'fault') return reading
  const { message, cure, ...fault } = reading.fault
  const words = { message: shorten(message, LONGEST_WORDS), ...(cure && { cure: shorten(cure, LONGEST_WORDS) }) }
  return { ...reading, fault: { ...fault, ...words } }
}

async function ask(
  check: Check<ModuleLook>,
  { signal, clock, memory, place, timeoutMs }: ReadOptions & { readonly place: string; readonly timeoutMs: number },
): Promise<OneAnswer> {
  const { name, look } = check
  const { left, own } = recalled(memory?.get(name))
  const running = stillRunning(left, clock.now())
  if (running !== undefined) return { check: name, reading: faulty(running) }
  try {
    await assertTrusted(look.path, { signal, timeoutMs, place })
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { check: name, reading: faulty(error.fault) }
  }
  const { brought, response, survivors } = await askModule(
    { path: look.path, check: name, options: look.options, memory: own, timeoutMs },
    signal,
  )
  const behind = leftBehind(survivors, clock.now())
  if ('fault' in brought) {
    // What it was left stays as it was.
    return { check: name, reading: faulty(brought.fault), response, ...remembered(own, behind, left) }
  }
  const reading = readingFrom(check, brought.reading, clock.now())
  return { check: name, reading, response, memory: wrapped(child(brought.reading, 'memory'), behind) }
}

function faulty(fault: Fault): Reading {
  return { kind: 'fault', fault }
}

/** What a run has left: what the module wanted remembered, and, where it was to be so, whom we could not end. */
function recalled(memory: unknown): { readonly left: unknown; readonly own: unknown } {
  const left = child(memory, 'leftBehind')
  return child(left, 'group') === undefined ? { left: undefined, own: memory } : { left, own: child(memory, 'own') }
}

function wrapped(own: unknown, leftBehind: LeftBehind | undefined): unknown {
  return leftBehind === undefined ? own : { leftBehind, ...(own === undefined ? {} : { own }) }
}

function remembered(own: unknown, behind: LeftBehind | undefined, left: unknown): { readonly memory?: unknown } {
  return behind === undefined && left === undefined ? {} : { memory: wrapped(own, behind) }
}
