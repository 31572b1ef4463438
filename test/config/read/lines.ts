import { notifiersIn } from '../../../src/cli/options/telling.ts'
import { type OneLineContext, type OneLineOptions, writtenInLine } from '../../../src/config/one-line.ts'
import { readConfig, requireValid } from '../../../src/config/shape/schema.ts'
import { ConfigError, errorMessage, UsageError } from '../../../src/core/errors.ts'
import { present } from '../../../src/core/given.ts'
import { SQL } from '../../../src/sources/sql/kind.ts'
import { NOTIFIER_KINDS } from '../../support/kinds.ts'

/** What the caller knows of a line about mail. */
export const CONTEXT = {
  database: { name: 'mail', identity: 'postgres://db/mail' },
  origin: 'line:1',
  notifierKinds: NOTIFIER_KINDS,
  sourceKinds: [SQL],
}

/** A line that needs nothing else. */
export const LINE = { url: 'postgres://watch@db/mail', key: ['last_alive'], critical: '10m' }

/** What a test writes on a line. */
export type Line = OneLineOptions &
  Readonly<Partial<Record<'from' | 'smtp' | 'sendmail', string>>> & { readonly to?: readonly string[] }

/** Makes a configuration of a line, as long as all of it is right. */
export const parseOneLine = (
  { to, from, smtp, sendmail, ...options }: Line,
  context: Omit<OneLineContext, 'notifiers'>,
) => {
  const telling = present({ to, from, smtp, sendmail })
  const whole = {
    ...context,
    get notifiers() {
      return notifiersIn(telling)
    },
  }
  return requireValid(readConfig(writtenInLine(options, whole)))
}

export const parse = (options: Line) => parseOneLine(options, CONTEXT)

/** What kind of mistake a line is, and its words. */
export function refusalOf(options: OneLineOptions): readonly [string, string] {
  try {
    parse(options)
  } catch (error) {
    return [
      error instanceof UsageError ? 'usage' : error instanceof ConfigError ? 'value' : 'other',
      errorMessage(error),
    ]
  }
  return ['none', '']
}
