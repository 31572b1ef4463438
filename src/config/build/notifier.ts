import type { HealthchecksConfig, NotifierConfig } from '../config.ts'
import { type Secrets, secretAt } from '../read/secrets.ts'
import type { Written } from '../read/written.ts'
import type { Parsed } from '../shape/shape.ts'

type NotifierEntry = NonNullable<Parsed['notifiers']>[string]
type HealthchecksEntry = NonNullable<Parsed['healthchecks']>

/** How long a ping may take, in seconds. */
const PING_TIMEOUT = 5
/** The lowest exit code that speaks of the run, and not of what it found. */
const FAILS_FROM = 3

/** A notifier with all that its entry leaves out; undefined where it has no way of telling. */
export function buildNotifier(
  name: string,
  entry: NotifierEntry,
  { notifierKinds, secretFiles }: Pick<Written, 'notifierKinds' | 'secretFiles'>,
): NotifierConfig | undefined {
  const kind = notifierKinds.find(({ key }) => entry[key] !== undefined)
  if (kind === undefined) return undefined
  const { key } = kind
  const { group = kind.group, subject } = entry
  const path = ['notifiers', name, key]
  const settings = kind.settings(entry[key], (of) => secretAt(secretFiles, path, of))
  return { name, kind: key, settings, group, ...(subject === undefined ? {} : { subject }) }
}

/** Who watches the runs, with all that the entry leaves out. */
export function buildHealthchecks(entry: HealthchecksEntry, files: Secrets): HealthchecksConfig {
  const { timeout = PING_TIMEOUT, fails_from: failsFrom = FAILS_FROM, ...written }: WholeEntry = entry
  const url = written.url ?? secretAt(files, ['healthchecks'], 'url_file') ?? ''
  return { url, timeout, failsFrom }
}

interface WholeEntry {
  readonly url?: string
  readonly timeout?: number
  readonly fails_from?: number
}
