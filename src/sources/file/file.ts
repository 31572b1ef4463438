import type { Check } from '../../core/check.ts'
import { FaultError } from '../../core/errors.ts'
import type { Answer, Clock, Source } from '../../core/ports.ts'
import type { MadeSource, SourceMaker } from '../../core/source-kind.ts'
import type { Reading } from '../../core/types.ts'
import { readMounts } from '../../io/files/mounts.ts'
import { readRegular, whyUnread } from '../../io/files/regular.ts'
import { inTurn } from '../../io/files/turns.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import { extractAll } from '../extract.ts'
import { invalidReading, nameOf, readingOf } from '../value.ts'
import { fileFault } from './faults.ts'
import { findFiles, type ListedFile } from './find.ts'
import type { FileLook } from './look.ts'

/** So much of a file is read. */
const LARGEST_BYTES = 4 * 1024 * 1024
/** A number has no more characters. */
const LONGEST_NUMBER = 400

/** Makes what reads files. */
export function createFileSources(): SourceMaker<FileLook> {
  const mountOf = readMounts()
  return {
    create: async (name, look, { readingTime }): Promise<MadeSource> => {
      const place = mountOf(look.path)
      const timeoutMs = readingTime * 1_000
      const source: Source<FileLook> = {
        name,
        read: (checks, options) => read(checks, { ...options, place, timeoutMs }),
      }
      return { source, secrets: [] }
    },
  }
}

interface Surroundings {
  readonly signal: AbortSignal
  readonly clock: Clock
}

async function read(
  checks: readonly Check<FileLook>[],
  { signal, clock, place, timeoutMs }: Surroundings & { readonly place: string; readonly timeoutMs: number },
): Promise<Answer> {
  const late = (waited: string): FaultError =>
    new FaultError({
      kind: 'timeout',
      scope: 'check',
      message: `no answer from the file system at ${place} within ${waited}`,
    })
  const readings = new Map<string, readonly Reading[]>()
  const begun = nowMs()
  const work = (stop: AbortSignal): Promise<void> =>
    inTurn(place, stop, async () => {
      for (const check of checks) readings.set(check.name, [await readOne(check, { signal: stop, clock })])
    })
  try {
    await withLimit(work, { signal, timeoutMs, late })
    return { readings, response: (nowMs() - begun) / 1_000 }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { readings: new Map(), fault: error.fault }
  }
}

async function readOne(check: Check<FileLook>, { signal, clock }: Surroundings): Promise<Reading> {
  const { look, futureTolerance } = check
  const latest = new Date(clock.now().getTime() + futureTolerance * 1_000)
  const found = await findFiles(look.path, { signal, latest })
  if (found.kind === 'absent') return found
  const { newest, count } = found
  if (look.measure === 'count') return { kind: 'amount', value: count }
  if (newest === undefined) return { kind: 'absent', why: `there is no file like ${look.path}` }
  if (look.measure === 'size') return { kind: 'amount', value: newest.size }
  const isInside = look.measure === 'number' || check.json !== undefined || check.pattern !== undefined
  if (isInside) return await readInside(check, newest, { signal, clock })
  const now = clock.now()
  return { kind: 'beat', at: newest.modifiedAt, asOf: now, readAt: now }
}

/** What stands in a file: at a JSON path, where a pattern finds it, or the number that is all of it. */
async function readInside(
  check: Check<FileLook>,
  { path, bytes }: ListedFile,
  { signal, clock }: Surroundings,
): Promise<Reading> {
  const label = (): string => nameOf(path)
  if (!Buffer.from(path).equals(bytes)) return invalidReading(`the name ${nameOf(path)} is not UTF-8`)
  const found = await readRegular(path, { largestBytes: LARGEST_BYTES })
  if (found.kind === 'absent') return { kind: 'absent', why: `${path} was removed while it was looked at` }
  if (found.kind !== 'file') {
    const why = `cannot read ${path}: ${whyUnread(found)}`
    if (found.kind === 'failed') throw fileFault(found.error, path)
    return invalidReading(why)
  }
  const now = clock.now()
  const whole = found.bytes.toString('utf8').replace(/^\ufeff/, '')
  const isExtracted = check.json !== undefined || check.pattern !== undefined
  const text = isExtracted ? whole : whole.trim()
  if (!isExtracted && text.length > LONGEST_NUMBER) return invalidReading(`${label()} holds more than a number`)
  const [value] = await extractAll(check, [{ text, type: 'text', typeName: 'text' }], signal)
  if (value === undefined) throw new Error('a value has come to nothing')
  return readingOf(check, value, { label, clocks: { asOf: now, readAt: now } })
}
