import type {
  CommandConfig,
  Config,
  HealthchecksConfig,
  IcingaConfig,
  MailConfig,
  NotifierConfig,
  WebhookConfig,
} from './config/config.ts'
import type { Notifier, Source } from './core/ports.ts'
import type { Seconds } from './core/types.ts'
import type { DatabaseTarget } from './drivers/target.ts'
import type { PingSettings } from './notifiers/healthchecks.ts'
import type { MailTransport } from './notifiers/mail.ts'
import { createSqlSource } from './sources/sql.ts'

/** Where the mail program lies on practically every system that has one. */
const SENDMAIL = '/usr/sbin/sendmail'

/**
 * The source behind a database of the configuration.
 *
 * @param options.timeout in seconds, for everything that one run asks of it
 */
export function createSource(name: string, target: DatabaseTarget, options: { readonly timeout: Seconds }): Source {
  return createSqlSource(name, target, options)
}

/**
 * The notifier behind an entry of the configuration, and what must never be shown of it.
 *
 * @throws UsageError for addresses and URLs that cannot be used
 */
export async function createNotifier(
  entry: NotifierConfig,
  { instance }: Pick<Config, 'instance'>,
  hostName: string,
): Promise<Made> {
  const { group, subject } = entry
  const { notifier, secrets } = await notifierOf(entry, { instance, hostName })
  return { notifier: { ...notifier, group, ...(subject === undefined ? {} : { subject }) }, secrets }
}

/**
 * What a run needs to let somebody know that it begins and ends.
 *
 * @throws UsageError for a URL that cannot be used
 */
export async function pingSettings({ url, ...rest }: HealthchecksConfig): Promise<PingSettings> {
  const { parseHttpUrl } = await import('./notifiers/http-url.ts')
  return { ...rest, target: parseHttpUrl(url, 'healthchecks') }
}

interface Made {
  readonly notifier: Notifier
  readonly secrets: readonly string[]
}

interface Home {
  readonly instance: string
  readonly hostName: string
}

async function notifierOf({ name, way }: NotifierConfig, home: Home): Promise<Made> {
  switch (way.kind) {
    case 'mail':
      return mailNotifier(name, way.mail, home)
    case 'webhook':
      return webhookNotifier(name, way.webhook)
    case 'command':
      return commandNotifier(name, way.command)
    case 'icinga':
      return icingaNotifier(name, way.icinga)
  }
}

async function mailNotifier(name: string, mail: MailConfig, { instance, hostName }: Home): Promise<Made> {
  const { createMailNotifier } = await import('./notifiers/mail.ts')
  const from = mail.from ?? `lastalive@${hostName}`
  if (mail.smtp === undefined) {
    const transport: MailTransport = { kind: 'sendmail', path: mail.sendmail ?? SENDMAIL }
    return { notifier: createMailNotifier(name, { to: mail.to, from, transport, instance }), secrets: [] }
  }
  const { parseSmtpUrl } = await import('./notifiers/smtp-url.ts')
  const target = parseSmtpUrl(mail.smtp)
  const transport: MailTransport = { kind: 'smtp', target }
  return { notifier: createMailNotifier(name, { to: mail.to, from, transport, instance }), secrets: target.secrets }
}

async function webhookNotifier(name: string, { url, ...rest }: WebhookConfig): Promise<Made> {
  const [{ createWebhookNotifier, secretsOf }, { parseHttpUrl }] = await Promise.all([
    import('./notifiers/webhook.ts'),
    import('./notifiers/http-url.ts'),
  ])
  const settings = { ...rest, target: parseHttpUrl(url, `webhook ${name}`) }
  return { notifier: createWebhookNotifier(name, settings), secrets: secretsOf(settings) }
}

async function commandNotifier(name: string, command: CommandConfig): Promise<Made> {
  const { createCommandNotifier } = await import('./notifiers/command.ts')
  return { notifier: createCommandNotifier(name, command), secrets: [] }
}

async function icingaNotifier(name: string, { place, ...rest }: IcingaConfig): Promise<Made> {
  const { createIcingaNotifier } = await import('./notifiers/icinga.ts')
  if (place.kind === 'command file') return { notifier: createIcingaNotifier(name, { ...rest, place }), secrets: [] }
  const { parseHttpUrl } = await import('./notifiers/http-url.ts')
  const { url, ...more } = place
  const target = parseHttpUrl(url, `icinga ${name}`)
  return { notifier: createIcingaNotifier(name, { ...rest, place: { ...more, target } }), secrets: target.secrets }
}
