import { existsSync } from 'node:fs'
import * as v from 'valibot'
import { UsageError, underKey } from '../../core/errors.ts'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { besideProblems, lonePasswordProblems } from '../../core/shape/combination.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { type Program, program } from '../../core/shape/program.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { address, listOf, secretFile, show, textLike } from '../../core/shape/values.ts'
import { splitAddress } from '../../core/words/address.ts'
import { quote } from '../../core/words/text.ts'
import { createMailNotifier, type MailTransport } from './mail.ts'
import { parseSmtpUrl } from './smtp-url.ts'

/** With neither `smtp` nor `sendmail` the usual sendmail is called. */
interface MailConfig {
  /** plain addresses, each once */
  readonly to: readonly string[]
  readonly from?: string
  readonly smtp?: string
  /** the contents of `password_file` */
  readonly password?: string
  readonly sendmail?: Program
}

/** Practically every system with a mail program has it here. */
const SENDMAIL = '/usr/sbin/sendmail'

const shape = () =>
  mapping(
    {
      to: v.pipe(
        listOf(address({ about: 'a mail address' }), { about: 'who is told', example: 'alert@domain.tld' }),
        v.check((addresses) => addresses.length > 0, 'is empty; write alert@domain.tld'),
      ),
      from: optional(() => address({ about: 'the sender, also of the envelope' })),
      smtp: optional(() =>
        textLike(/^smtps?:\/\/[^/]/i, {
          about: 'the server that takes the mail; instead of sendmail',
          example: 'smtp://host or smtps://user:password@host',
          wrong: 'is not the URL of a mail server',
        }),
      ),
      password_file: secretFile('the password for the user that smtp names'),
      sendmail: optional(() =>
        program({
          about:
            'absolute path of sendmail, or a list with its arguments; instead of smtp (default /usr/sbin/sendmail)',
          example: '/usr/sbin/sendmail',
          blanks: 'allowed',
        }),
      ),
    },
    'mail, through a server or the local sendmail',
    { to: 'is missing; write alert@domain.tld' },
  )

export const MAIL: NotifierKind<v.InferOutput<ReturnType<typeof shape>>, MailConfig> = {
  key: 'mail',
  group: 'run',
  shape,
  lists: ['to', 'sendmail'],
  secretFiles: { password_file: 'the password' },
  problems: (entry, path) => [
    ...besideProblems(entry, path, ['sendmail', 'smtp']),
    ...programProblems(child(entry, 'sendmail'), [...path, 'sendmail']),
    ...lonePasswordProblems(entry, path, 'smtp'),
  ],
  recipients: (entry) => {
    const written = [child(entry, 'to')].flat()
    const to = written.flatMap((one) => (typeof one === 'string' && splitAddress(one.trim()) ? [one.trim()] : []))
    return [...new Set(to)]
  },
  settings: ({ password_file: _, ...entry }, secretAt) => {
    const password = secretAt('password_file')
    return { ...entry, ...(password === undefined ? {} : { password }) }
  },
  load: async () => {
    return {
      create: async (name, { to, from: sender, smtp, password, sendmail = [SENDMAIL] }, { instance, hostName }) => {
        const from = sender ?? (await underKey('from', () => senderAt(hostName)))
        if (smtp === undefined) {
          const transport: MailTransport = { kind: 'sendmail', program: sendmail }
          return { notifier: createMailNotifier(name, { to, from, transport, instance }), secrets: [] }
        }
        const target = await underKey('smtp', () => parseSmtpUrl(smtp, password))
        const transport: MailTransport = { kind: 'smtp', target, hostName }
        return { notifier: createMailNotifier(name, { to, from, transport, instance }), secrets: target.secrets }
      },
    }
  },
}

/** @throws UsageError if the host's name makes no address */
function senderAt(hostName: string): string {
  const from = `lastalive@${hostName}`
  if (splitAddress(from) !== undefined) return from
  throw new UsageError(`is missing, and this host's name, ${quote(hostName)}, makes no address; write alert@domain.tld`)
}

/** A text is not split at blanks, so one with a blank must be a path that has one. */
function programProblems(sendmail: unknown, path: Path): readonly Problem[] {
  const [file, ...args]: readonly unknown[] = Array.isArray(sendmail) ? sendmail : [sendmail]
  if (typeof file !== 'string' || !/^\/.*\s/.test(file) || existsSync(file)) return []
  const words = [...file.trim().split(/\s+/), ...args].join(', ')
  const text = `${show(file)} is not a file; write arguments as a list in the configuration: sendmail: [${words}]`
  return [{ path, text }]
}
