import { FaultError } from '../../core/errors.ts'
import type { Answer, Asked, Clock, Source } from '../../core/ports.ts'
import type { Fault, Seconds } from '../../core/types.ts'
import type { Connection } from '../../drivers/driver.ts'
import { withDatabase } from '../../drivers/open.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { nowMs } from '../../io/now.ts'
import type { Clocks } from '../value.ts'
import type { Cures } from './cures.ts'
import { lackingIn } from './lacking.ts'
import type { SqlLook } from './look.ts'
import type { Question } from './question.ts'
import { allQuestionsFor } from './questions.ts'
import { createZoneRemarks } from './zone-remarks.ts'

/** The shortest time that a query is given, however little is left. */
const LEAST_QUERY_MS = 100

/**
 * A database, asked by one connection in as few queries as will do.
 *
 * @param options.timeout for everything that is asked of it in one run; by default as long as the run reads
 */
export function createSqlSource(
  name: string,
  target: SqlTarget,
  { timeout }: { readonly timeout: Seconds },
): Source<SqlLook> {
  return {
    name,
    read: async (checks, { signal, clock, onAsked = () => {} }) => {
      const begun = nowMs()
      const end = begun + timeout * 1_000
      const leftMs = (): number => Math.max(LEAST_QUERY_MS, end - nowMs())
      const ending = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeout * 1_000))])
      try {
        const questions = await allQuestionsFor(checks, target.driver)
        const session = questions[0]?.options.session ?? 'utc'
        return await withDatabase(target, { signal: ending, timeoutMs: leftMs(), session }, async (connection) => {
          const answer = await askAll(connection, questions, { name, leftMs, clock, signal: ending, onAsked })
          return { ...answer, response: (nowMs() - begun) / 1_000 }
        })
      } catch (error) {
        if (!(error instanceof FaultError)) throw error
        return { fault: { ...error.fault, scope: 'source' }, readings: new Map() }
      }
    },
  }
}

interface Reader {
  /** of the database */
  readonly name: string
  /** what is left of the database's time */
  leftMs(): number
  readonly clock: Clock
  /** when it fires, reading is over */
  readonly signal: AbortSignal
  onAsked(asked: Asked): void
}

async function askAll(connection: Connection, all: readonly Question[], reader: Reader): Promise<Answer> {
  const questions = [...all]
  let cures: Cures | undefined
  const answered: Answer['readings'][] = []
  let clocks: Clocks | undefined
  const zones = createZoneRemarks(reader.name)
  let hadTimeout = false
  for (let question = questions.shift(); question !== undefined; question = questions.shift()) {
    const left = questions.length + 1
    // One that is locked must leave time for the others; once it has happened, they share what there is.
    const share = left === 1 ? 1 : hadTimeout ? left : 2
    const answer = await ask(connection, question, { ...reader, timeoutMs: Math.floor(reader.leftMs() / share) })
    if (answer.fault?.isParameters === true && question.halves !== undefined) {
      questions.unshift(...question.halves())
      continue
    }
    hadTimeout ||= answer.fault?.kind === 'timeout'
    clocks ??= answer.clocks
    zones.add(answer.unchosenZone, question)
    if (answer.fault === undefined) {
      answered.push(await explained(answer.readings, question, connection))
      continue
    }
    cures ??= (await import('./cures.ts')).createCures(connection)
    answered.push(failed(question, await cures.add(ofOurs(answer.fault, question), question)).readings)
  }
  const [only = new Map(), ...others] = answered
  const readings = others.length === 0 ? only : new Map(answered.flatMap((some) => [...some]))
  return { readings, clocks: clocks ?? { asOf: connection.now(), readAt: reader.clock.now() }, ...zones.found() }
}

/** A table of ours that is not there has to be made; another name is not what was meant. */
function ofOurs(fault: Fault, { missingTable }: Question): Fault {
  return missingTable === undefined || fault.unknownName !== 'table' ? fault : { ...fault, cure: missingTable }
}

/** Looks for what hides rows only where something is missing that ought to be there. */
async function explained(
  readings: Answer['readings'],
  question: Question,
  connection: Connection,
): Promise<Answer['readings']> {
  const lacking = lackingIn(readings, question)
  if (lacking.length === 0) return readings
  return (await import('./absences.ts')).explainAbsences(readings, { question, lacking }, connection)
}

interface Answered extends Answer {
  readonly unchosenZone?: string
}

async function ask(
  connection: Connection,
  question: Question,
  { clock, signal, onAsked, timeoutMs }: Reader & { readonly timeoutMs: number },
): Promise<Answered> {
  const { sql, parameters } = question.statement(connection.dialect)
  const asked = { what: sql, with: parameters }
  // What the user's own SQL brings is as old as the moment at which it was asked.
  const sent = { asOf: connection.now(), readAt: clock.now() }
  const begun = nowMs()
  const secondsSince = (): Seconds => (nowMs() - begun) / 1_000
  try {
    const result = await connection.query(sql, parameters, { ...question.options, timeoutMs })
    onAsked({ ...asked, rows: result.rows.length, seconds: secondsSince() })
    const answer = await question.read(result, { sent, readAt: clock.now(), signal })
    return result.unchosenZone === undefined ? answer : { ...answer, unchosenZone: result.unchosenZone }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    onAsked({ ...asked, seconds: secondsSince() })
    return failed(question, error.fault)
  }
}

function failed({ checks }: Question, fault: Fault): Answer {
  return { fault, readings: new Map(checks.map((check) => [check.name, [{ kind: 'fault', fault }]])) }
}
