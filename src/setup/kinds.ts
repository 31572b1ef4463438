import type { Config, HealthchecksConfig, LeftOutNotifierConfig, NotifierConfig } from '../config/config.ts'
import { errorMessage, LastaliveError, underKey } from '../core/errors.ts'
import type { Home, MadeNotifier, NotifierKind, NotifierLine } from '../core/notifier-kind.ts'
import type { SourceLine } from '../core/source-kind.ts'
import type { PingSettings } from '../notifiers/healthchecks/healthchecks.ts'
import { MAIL_OPTIONS } from '../notifiers/mail/options.ts'
import { loadSql } from '../sources/sql/kind.ts'

/** The kinds of notifiers. All that the rest of the program knows of one of them comes from here, when an entry has it. */
export const NOTIFIERS: readonly NotifierLine[] = [
  { key: 'mail', options: MAIL_OPTIONS, load: async () => (await import('../notifiers/mail/kind.ts')).MAIL },
  { key: 'webhook', load: async () => (await import('../notifiers/webhook/kind.ts')).WEBHOOK },
  { key: 'command', load: async () => (await import('../notifiers/command/kind.ts')).COMMAND },
  { key: 'icinga', load: async () => (await import('../notifiers/icinga/kind.ts')).ICINGA },
]

/** The kinds of sources: what a check can look at, by its key. What is heavy of one comes when a check has it. */
export const SOURCES: readonly SourceLine[] = [
  { key: 'database', value: '<name>', about: 'a database of the configuration', load: loadSql },
  {
    key: 'database',
    value: '<name>',
    about: 'a Redis server of the configuration',
    speaks: /^(?:rediss?|unix):\/\//i,
    load: async () => (await import('../sources/redis/kind.ts')).REDIS,
  },
  {
    key: 'file',
    value: '<path>',
    about: 'a file, or many as in /srv/backup/*.dump (in quotes)',
    load: async () => (await import('../sources/file/kind.ts')).FILE,
  },
  {
    key: 'http',
    value: '<url>',
    about: "a web server's answer: its status, or a time or a number in it",
    load: async () => (await import('../sources/http/kind.ts')).HTTP,
  },
  {
    key: 'command',
    value: '<line>',
    about: 'a monitoring plugin and its arguments, split at blanks: no shell reads it',
    load: async () => (await import('../sources/command/kind.ts')).COMMAND,
  },
  {
    key: 'tcp',
    value: '<host:port>',
    about: 'a port, or a socket as unix:/path: that it can be connected to, and what it says',
    load: async () => (await import('../sources/tcp/kind.ts')).TCP,
  },
  {
    key: 'tls',
    value: '<host:port>',
    about: 'the certificates of a server: how long they are valid, for which name, and whether they are trusted',
    load: async () => (await import('../sources/tls/kind.ts')).TLS,
  },
  {
    key: 'module',
    value: '<path>',
    about: 'a JavaScript module of your own',
    load: async () => (await import('../sources/module/kind.ts')).MODULE,
  },
  {
    key: 'peer',
    value: '<url>',
    about: 'another watcher, by URL or path',
    load: async () => (await import('../sources/peer/kind.ts')).PEER,
  },
]

/** What the configuration has to know of both. */
export const KINDS = { notifierLines: NOTIFIERS, sourceLines: SOURCES } as const

/**
 * The notifier behind an entry of the configuration, and what must never be shown of it.
 *
 * @throws UsageError for addresses and URLs that cannot be used
 */
export async function createNotifier(
  entry: NotifierConfig | LeftOutNotifierConfig,
  { instance }: Pick<Config, 'instance'>,
  hostName: string,
): Promise<MadeNotifier> {
  const { name } = entry
  if ('leftOut' in entry) {
    const { createStandIn } = await import('../notifiers/stand-in.ts')
    const { to, why: error } = entry.leftOut
    return { notifier: { ...createStandIn(name, { to, error }), group: 'run' }, secrets: [] }
  }
  const { settings, group, subject } = entry
  const kind = await NOTIFIERS.find(({ key }) => key === entry.kind)?.load()
  const { notifier, secrets } = await notifierOf(name, { kind, settings, home: { instance, hostName } }).catch(
    async (thrown: unknown) => {
      if (thrown instanceof LastaliveError) throw thrown
      const { createStandIn } = await import('../notifiers/stand-in.ts')
      const to = kind?.recipients?.(settings) ?? []
      return { notifier: createStandIn(name, { to, error: `unforeseen: ${errorMessage(thrown)}` }), secrets: [] }
    },
  )
  return { notifier: { ...notifier, group, ...(subject === undefined ? {} : { subject }) }, secrets }
}

async function notifierOf(
  name: string,
  {
    kind,
    settings,
    home,
  }: { readonly kind: NotifierKind | undefined; readonly settings: unknown; readonly home: Home },
): Promise<MadeNotifier> {
  if (kind === undefined) throw new Error('there is no such kind of notifier')
  const { create } = await kind.load()
  return create(name, settings, home)
}

/**
 * What a run needs to let somebody know that it begins and ends.
 *
 * @throws UsageError for a URL that cannot be used
 */
export async function pingSettings({ url, ...rest }: HealthchecksConfig): Promise<PingSettings> {
  const { parseHttpUrl } = await import('../io/net/http-url.ts')
  return { ...rest, target: await underKey('url', () => parseHttpUrl(url)) }
}
