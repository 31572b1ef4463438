import type { HealthchecksConfig, IcingaConfig, NotifierConfig, Way } from './config.ts'
import type { Parsed } from './shape.ts'

type NotifierEntry = NonNullable<Parsed['notifiers']>[string]
type HealthchecksEntry = NonNullable<Parsed['healthchecks']>

/** How long a web server, a command or a command file has, in seconds. */
const USUAL_TIMEOUT = 10
/** How long a ping may take, in seconds. */
const PING_TIMEOUT = 5
/** The lowest exit code that speaks of the run, and not of what it found. */
const FAILS_FROM = 3

/** A notifier with all that its entry leaves out; undefined where it has no way of telling. */
export function buildNotifier(name: string, entry: NotifierEntry): NotifierConfig | undefined {
  // One result for each service: what becomes of one is not to depend on the others.
  const { group = entry.icinga === undefined ? 'run' : 'check', subject } = entry
  const way = wayOf(entry)
  return way === undefined ? undefined : { name, way, group, ...(subject === undefined ? {} : { subject }) }
}

/** Who watches the runs, with all that the entry leaves out. */
export function buildHealthchecks(entry: HealthchecksEntry): HealthchecksConfig {
  const { url, timeout = PING_TIMEOUT, fails_from: failsFrom = FAILS_FROM }: WholeEntry = entry
  return { url, timeout, failsFrom }
}

interface WholeEntry {
  readonly url: string
  readonly timeout?: number
  readonly fails_from?: number
}

function wayOf({ mail, webhook, command, icinga }: NotifierEntry): Way | undefined {
  if (webhook !== undefined) {
    const usual = { method: 'POST', headers: {}, timeout: USUAL_TIMEOUT } as const
    return { kind: 'webhook', webhook: { ...usual, ...webhook } }
  }
  if (command !== undefined) return { kind: 'command', command: { timeout: USUAL_TIMEOUT, ...command } }
  const place = placeOf(icinga ?? {})
  if (place !== undefined) {
    const { host = '{instance}', service = '{title}', timeout = USUAL_TIMEOUT } = icinga ?? {}
    return { kind: 'icinga', icinga: { place, host, service, timeout } }
  }
  return mail === undefined ? undefined : { kind: 'mail', mail }
}

function placeOf({
  api,
  command_file: path,
  ca,
}: NonNullable<NotifierEntry['icinga']>): IcingaConfig['place'] | undefined {
  if (api !== undefined) return { kind: 'api', url: api, ...(ca === undefined ? {} : { ca }) }
  return path === undefined ? undefined : { kind: 'command file', path }
}
