import { type OneLineContext, type OneLineOptions, writtenInLine } from '../../../src/config/one-line.ts'
import { readConfig, requireValid } from '../../../src/config/shape/schema.ts'
import { ConfigError, errorMessage, UsageError } from '../../../src/core/errors.ts'
import { NOTIFIERS } from '../../../src/setup/kinds.ts'
import { SQL } from '../../../src/sources/sql/kind.ts'

/** What the caller knows of a line about mail. */
export const CONTEXT = {
  database: { name: 'mail', identity: 'postgres://db/mail' },
  origin: 'line:1',
  notifierKinds: NOTIFIERS,
  sourceKinds: [SQL],
}

/** A line that needs nothing else. */
export const LINE = { url: 'postgres://watch@db/mail', key: ['last_alive'], critical: '10m' }

/** The configuration that a line stands for. */
/** Makes a configuration of a line, as long as all of it is right. */
export const parseOneLine = (options: OneLineOptions, context: OneLineContext) =>
  requireValid(readConfig(writtenInLine(options, context)))

export const parse = (options: OneLineOptions) => parseOneLine(options, CONTEXT)

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
