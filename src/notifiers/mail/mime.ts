import type { Message } from '../../core/incident/notice.ts'
import { clean, shorten } from '../../core/words/text.ts'

/** A mail, and where it goes. */
export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
  /** the whole mail, lines ended by LF */
  readonly mime: Buffer
}

interface MimeOptions {
  readonly from: string
  readonly to: readonly string[]
  /** who watches */
  readonly instance: string
}

const SUBJECT_LENGTH = 300
const CHECK_LENGTH = 80
const CHECKS_LENGTH = 400

/**
 * Writes a message as MIME: plain text, then HTML of the same words. Headers mark it as an automatic message and let
 * people filter it.
 *
 * @param options addresses that have been checked
 * @returns lines ended by LF
 * @see https://www.rfc-editor.org/rfc/rfc3834
 */
export async function composeMime(message: Message, { from, to, instance }: MimeOptions): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const opening = message.openingId === undefined ? undefined : messageId(message.openingId)
  const composer = new MailComposer({
    from: asMailbox(from),
    to: to.map(asMailbox),
    subject: headerText(message.subject, SUBJECT_LENGTH),
    messageId: messageId(message.id),
    ...(opening === undefined ? {} : { inReplyTo: opening, references: opening }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `lastalive <lastalive.${listLabel(instance)}>`,
      'X-Lastalive-Check': checkNames(message.checks),
      'X-Lastalive-State': message.state,
    },
    text: message.text,
    html: message.html,
    newline: 'linux',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/** An address as nodemailer takes it without parsing names, groups and commas. */
function asMailbox(address: string): { name: string; address: string } {
  return { name: '', address }
}

/** Clean text for a header. What looks like an encoded word is broken up, since readers would decode it. */
function headerText(text: string, length: number): string {
  return shorten(clean(text).replaceAll('=?', '= ?'), length)
}

function messageId(id: string): string {
  return `<${clean(id).replaceAll(/[<>\s]/g, '')}>`
}

/** @see https://www.rfc-editor.org/rfc/rfc2919 */
function listLabel(instance: string): string {
  const label = instance
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .split('.')
    .map((part) => part.replaceAll(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('.')
  return label === '' ? 'localhost' : label.slice(0, 200)
}

function checkNames(checks: readonly string[]): string {
  const names = checks.map((check) => headerText(check, CHECK_LENGTH))
  let [shown, length] = [0, 0]
  for (const name of names) {
    length += name.length + (shown > 0 ? ', '.length : 0)
    if (shown > 0 && length > CHECKS_LENGTH) break
    shown += 1
  }
  const rest = names.length - shown
  return names.slice(0, shown).join(', ') + (rest === 0 ? '' : `, and ${rest} more`)
}
