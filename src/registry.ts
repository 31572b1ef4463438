import type { Config, NotifierConfig } from './config/config.ts'
import type { Notifier, Source } from './core/ports.ts'
import type { Seconds } from './core/types.ts'
import type { DatabaseTarget } from './drivers/target.ts'
import { createMailNotifier, type MailTransport } from './notifiers/mail.ts'
import { parseSmtpUrl } from './notifiers/smtp-url.ts'
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
export function createNotifier(entry: NotifierConfig, { instance }: Pick<Config, 'instance'>, hostName: string): Made {
  const { group, subject } = entry
  const { notifier, secrets } = mailNotifier(entry, { instance, hostName })
  return { notifier: { ...notifier, group, ...(subject === undefined ? {} : { subject }) }, secrets }
}

interface Made {
  readonly notifier: Notifier
  readonly secrets: readonly string[]
}

function mailNotifier(
  { name, mail }: NotifierConfig,
  { instance, hostName }: { readonly instance: string; readonly hostName: string },
): Made {
  const from = mail.from ?? `lastalive@${hostName}`
  if (mail.smtp === undefined) {
    const transport: MailTransport = { kind: 'sendmail', path: mail.sendmail ?? SENDMAIL }
    return { notifier: createMailNotifier(name, { to: mail.to, from, transport, instance }), secrets: [] }
  }
  const target = parseSmtpUrl(mail.smtp)
  const transport: MailTransport = { kind: 'smtp', target }
  return { notifier: createMailNotifier(name, { to: mail.to, from, transport, instance }), secrets: target.secrets }
}
