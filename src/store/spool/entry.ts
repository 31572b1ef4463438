import { present } from '../../core/given.ts'
import type { JobEvent } from '../../core/job.ts'

/** An event that waits, and the place that it is for: a database as it may be shown, or what the configuration names. */
export interface Spooled {
  readonly to: string
  readonly event: JobEvent
}

const VERSION = 1

/** An event as it lies in a file. */
export function textOf({ to, event: { output, at, ...event } }: Spooled): string {
  const rest = output === undefined ? {} : { output: Buffer.from(output).toString('base64') }
  return `${JSON.stringify({ version: VERSION, to, event: { ...event, at: at.toISOString(), ...rest } })}\n`
}

/**
 * Reads what `textOf` has written.
 *
 * @returns a text that says what is wrong where it is something else
 */
export function parseSpooled(text: string): Spooled | string {
  let written: unknown
  try {
    written = JSON.parse(text)
  } catch {
    return 'it is not JSON; look at it, then remove it'
  }
  const { version, to, event } = recordOf(written)
  if (typeof version === 'number' && version > VERSION) return 'a later version has written it; use that one'
  const parsed = eventOf(recordOf(event))
  if (typeof to !== 'string' || parsed === undefined) return 'it holds no event; look at it, then remove it'
  return { to, event: parsed }
}

type Written = Readonly<Record<string, unknown>>

function recordOf(value: unknown): Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function eventOf(written: Written): JobEvent | undefined {
  const { job, runId, host, what, outcome, output } = written
  const at = new Date(typeof written.at === 'string' ? written.at : Number.NaN)
  if (typeof job !== 'string' || typeof runId !== 'string' || typeof host !== 'string') return undefined
  if ((what !== 'start' && what !== 'end' && what !== 'log') || Number.isNaN(at.getTime())) return undefined
  const number = (key: string): number | undefined => {
    const value = written[key]
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }
  return {
    ...{ job, runId, host, what, at },
    ...present({
      exitCode: number('exitCode'),
      outcome: outcome === 'fail' || outcome === 'skip' ? outcome : undefined,
      duration: number('duration'),
      message: typeof written.message === 'string' ? written.message : undefined,
      outputBytes: number('outputBytes'),
      output: typeof output === 'string' ? Buffer.from(output, 'base64') : undefined,
      every: number('every'),
      grace: number('grace'),
    }),
  }
}
