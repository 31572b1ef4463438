import type { Check } from '../../core/check.ts'
import { agoOf, secondsAgo } from '../../core/judge/last-run.ts'
import { isBreached, upTo } from '../../core/judge/range.ts'
import { parseLastRun } from '../../core/last-run.ts'
import type { LastRun } from '../../core/ports.ts'
import { formatDuration } from '../../core/time/duration.ts'
import type { Reading, Seconds, Severity } from '../../core/types.ts'
import { clean, shorten } from '../../core/words/text.ts'
import type { Fetched } from './fetched.ts'
import type { PeerLook } from './look.ts'

/** How old the last run may be, in seconds, where the check does not say it. */
const USUAL_LIMIT: Seconds = 5 * 60
type Judged = Reading & { readonly kind: 'judged' }

/** Two clocks differ by less, in seconds. */
const SLACK: Seconds = 60

/**
 * What another watcher's answer means: whether it answers and runs, and beside that, each with an incident of its own,
 * whether it can tell and whether it runs checks. What is not known now is left out, so that nothing open is closed.
 */
export function readingsOf(check: Check<PeerLook>, fetched: Fetched, now: Date): readonly Reading[] {
  if (fetched.kind === 'nothing') return [{ kind: 'fault', fault: { ...fetched.fault, scope: 'check' } }]
  if (fetched.kind === 'strange') return [judged('critical', `strange answer: ${fetched.why}`)]
  const lastRun = parseLastRun(fetched.text)
  if (lastRun === undefined) return [judged('critical', `strange answer: ${said(fetched.text)}`)]
  const { age } = fetched
  // Where its age is known by a clock that both can see, all its times are judged on the clock that wrote them.
  const itsNow = age === undefined ? now : new Date(lastRun.at.getTime() + age * 1_000)
  const own = ownReading(check, lastRun, itsNow)
  const others = [...telling(lastRun, { now: itsNow, limit: limitOf(check) }), ...checking(lastRun, check.look)]
  // What an old run says is no recovery.
  return [own, ...others.filter(({ severity }) => own.severity !== 'critical' || severity !== 'ok')]
}

function ownReading(check: Check<PeerLook>, lastRun: LastRun, now: Date): Judged {
  const { name, warning, critical = upTo(USUAL_LIMIT) } = check
  const age = secondsAgo(lastRun, now)
  const words = `its last run was ${agoOf(age)}`
  if (age < -SLACK) return judged('critical', `strange answer: ${words}: is a clock wrong?`)
  const metrics = [{ name, value: Math.max(0, age), unit: 's' as const, min: 0, critical, ...(warning && { warning }) }]
  if (isBreached(critical, age)) {
    return { ...judged('critical', `no answer: ${words} (limit ${formatDuration(limitOf(check))})`), metrics }
  }
  const isLate = warning !== undefined && isBreached(warning, age)
  return { ...judged(isLate ? 'warning' : 'ok', isLate ? words : `fine: ${words}`), metrics }
}

function limitOf({ critical }: Check): Seconds {
  return critical === undefined ? USUAL_LIMIT : Number(critical.to)
}

/** A watcher of an earlier version does not say it. */
function telling(
  { undelivered, failingSince, acceptedAt }: LastRun,
  { now, limit }: { readonly now: Date; readonly limit: Seconds },
): readonly Judged[] {
  if (undelivered === undefined) return []
  const item = 'telling'
  const ago = (at: Date): string => agoOf((now.getTime() - at.getTime()) / 1_000)
  const last = acceptedAt === undefined ? '' : `; the last message was accepted ${ago(acceptedAt)}`
  if (failingSince === undefined) return [{ ...judged('ok', `can tell${last}`), item }]
  const owed = undelivered === 0 ? 'though something was due' : `though ${undelivered} are owed something`
  const words = `nothing was accepted since ${failingSince.toISOString()}, ${owed}${last}`
  const isLong = (now.getTime() - failingSince.getTime()) / 1_000 > limit
  return [{ ...judged(isLong ? 'critical' : 'ok', isLong ? `cannot tell: ${words}` : words), item }]
}

function checking({ judged: all, peers = 0 }: LastRun, { hasNoChecks }: PeerLook): readonly Judged[] {
  const count = all - peers
  const item = 'checks'
  if (count > 0) return [{ ...judged('ok', `runs checks: ${count}`), item }]
  return [
    hasNoChecks
      ? { ...judged('ok', 'runs no checks, as is said of it'), item }
      : { ...judged('critical', 'runs no checks'), item, cure: 'give it checks, or write checks: none here' },
  ]
}

function said(text: string): string {
  const first = shorten(clean(text.trim().split('\n', 1)[0] ?? ''), 100)
  return first === '' ? 'it is empty' : `not what a run leaves: ${first}`
}

function judged(severity: Severity, summary: string): Judged {
  return { kind: 'judged', severity, summary, metrics: [] }
}
