import { FaultError, LastaliveError, UsageError } from '../../core/errors.ts'
import { quote } from '../../core/words/text.ts'
import { writeClassicRow } from '../../drivers/change.ts'
import { boundLookUps } from '../limited.ts'
import { type BeatOptions, USUAL_TIMEOUT } from '../options/jobs.ts'
import { type Code, complain, type World } from '../world.ts'
import { wordsOf } from './deliver.ts'
import { jobPlaceOf } from './place.ts'

/** What says something of a run of a job: a row of a key has no room for it. */
const OF_RUNS = ['start', 'fail', 'log', 'exitCode', 'message', 'logFrom', 'runId', 'every', 'grace'] as const

/** Writes the time into a row of a table of keys and values. It is worth nothing later, so it does not wait. */
export async function classicBeat(key: string, options: BeatOptions, world: World): Promise<Code> {
  const stray = OF_RUNS.find((name) => options[name] !== undefined)
  const flag = stray?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  if (flag !== undefined) throw new UsageError(`--${flag} goes with the name of a job, not with --key`)
  const timeoutMs = (options.timeout ?? USUAL_TIMEOUT) * 1_000
  boundLookUps(timeoutMs / 1_000)
  const place = await jobPlaceOf(options, world)
  const row = {
    key,
    table: options.table ?? 'runtime_info',
    keyColumn: options.keyColumn ?? 'rt_key',
    valueColumn: options.valueColumn ?? 'rt_value',
  }
  const failed = (why: string): Code => {
    complain(world, `${quote(key)} is not written: ${why}`)
    return 4
  }
  if (place.kind !== 'database') return failed(place.why)
  try {
    await writeClassicRow(place.target, row, { signal: AbortSignal.timeout(timeoutMs), timeoutMs })
    return 0
  } catch (error) {
    if (error instanceof FaultError) return failed(wordsOf(error))
    if (error instanceof LastaliveError) return failed(error.message)
    throw error
  }
}
