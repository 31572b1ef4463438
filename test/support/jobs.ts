import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { JOB_TABLE, RUN_TABLE } from '../../src/sources/sql/job/table.ts'
import { COMMAND, type CommandOptions, lastalive, type Outcome, runProgram } from './command.ts'

/** A run as its row has it. */
export interface RunRow {
  readonly job: string
  readonly run_id: string
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly exit_code: number | null
  readonly outcome: string | null
  readonly message: string | null
  readonly duration_seconds: number | null
  readonly host: string | null
  readonly host_ended_at: string | null
  readonly output_bytes: number | null
  readonly output: Buffer | null
}

/** An SQLite file with the tables of jobs, and a state directory, gone when the test is over. */
export interface JobScene {
  readonly dir: string
  readonly path: string
  readonly url: string
  readonly state: string
  readonly database: InstanceType<typeof Database>
  exec(words: readonly string[], options?: CommandOptions): Promise<Outcome>
  beat(words: readonly string[], options?: CommandOptions): Promise<Outcome>
  /** runs lines of sh, in which `exec` and `beat` are functions */
  shell(lines: string, options?: CommandOptions): Promise<Outcome>
  rows(): readonly RunRow[]
  /** the files of beats that wait */
  waiting(): readonly string[]
}

/** @param more further options of each exec and beat */
export function makeJobScene(more: readonly string[] = ['-t', '10s']): JobScene {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-jobs-'))
  const [path, state] = [join(dir, 'jobs.db'), join(dir, 'state')]
  const database = new Database(path)
  // Nothing here outlives its test.
  database.pragma('journal_mode = WAL')
  database.exec(`${JOB_TABLE.making.sqlite}; ${RUN_TABLE.making.sqlite}`)
  onTestFinished(() => {
    database.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const url = `sqlite:${path}`
  const told = ['--url', url, '--state', state, ...more]
  const defined = ['exec', 'beat'].map(
    (name) =>
      `${name}() { '${process.execPath}' '${COMMAND}' ${name} ${told.map((word) => `'${word}'`).join(' ')} "$@"; }`,
  )
  const rows = database.prepare('SELECT * FROM lastalive_job_run ORDER BY rowid')
  return {
    ...{ dir, path, url, state, database },
    exec: (words, options) => lastalive(['exec', ...told, ...words], options),
    beat: (words, options) => lastalive(['beat', ...told, ...words], options),
    shell: (lines, options) => runProgram(['bash', '-c', `${defined.join('\n')}\n${lines}`], options),
    // Columns of a table that was just made.
    rows: () => rows.all() as RunRow[],
    waiting: () => waitingIn(state),
  }
}

/** The files of beats that wait in a state directory, the oldest first. */
export function waitingIn(state: string): readonly string[] {
  try {
    return readdirSync(join(state, 'spool'))
      .filter((name) => name.endsWith('.json'))
      .toSorted()
  } catch {
    // Nothing has ever waited.
    return []
  }
}
