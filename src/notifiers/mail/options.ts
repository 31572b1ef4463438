import type { NotifierOption } from '../../core/notifier-kind.ts'

/** The options of a line that tells by mail. */
export const MAIL_OPTIONS: readonly NotifierOption[] = [
  {
    key: 'to',
    value: '<address>',
    about: 'who gets the mail; may be repeated',
    isList: true,
    needed: 'alert@domain.tld',
  },
  { key: 'from', value: '<address>', about: 'sender, also of the envelope (default: lastalive@HOST)' },
  { key: 'smtp', value: '<url>', about: 'mail server: smtp://[user:password@]host[:port] or smtps://…' },
  {
    key: 'sendmail',
    value: '<program>',
    about: 'program that takes the mail (default without --smtp: /usr/sbin/sendmail)',
  },
]
