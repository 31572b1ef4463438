import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { freePort, startPostgres } from '../support/postgres.ts'
import { RUNTIME_INFO } from '../support/scene.ts'
import type { Target } from './plugins.ts'
import type { Kind, Scenario } from './scenarios.ts'

/** Where scenarios are played. */
export interface Stage {
  /**
   * Makes a scenario the case as long as `look` takes.
   *
   * @param look looks at the target
   */
  play<T>(scenario: Scenario, kind: Kind, look: (target: Target) => Promise<T>): Promise<T>
  /** the server's name and version */
  version(): Promise<string>
  remove(): Promise<void>
}

const fresh = (now: Date): string => String(Math.floor(now.getTime() / 1_000))

/** The row of a scenario; undefined where there is none. */
function rowOf({ holds = fresh }: Scenario): string | null | undefined {
  return holds(new Date())
}

/** Starts a PostgreSQL server, and makes a directory for SQLite files. */
export async function makeStage(): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-peers-'))
  const server = await startPostgres()
  const hba = join(server.dataDir, 'pg_hba.conf')
  writeFileSync(hba, `host all secretly 127.0.0.1/32 scram-sha-256\n${readFileSync(hba, 'utf8')}`)
  await server.reload()
  for (const name of ['mail', 'bare']) await server.query(`CREATE DATABASE ${name}`)
  await server.query(
    `${RUNTIME_INFO}; CREATE ROLE watch LOGIN; GRANT SELECT ON runtime_info TO watch;
     CREATE ROLE stranger LOGIN; CREATE ROLE secretly LOGIN PASSWORD 'hush hush'`,
    'mail',
  )
  const usual = { port: server.port, user: 'watch', password: undefined, dbname: 'mail', directory, file: 'mail.db' }

  async function playPostgres<T>(scenario: Scenario, look: (target: Target) => Promise<T>): Promise<T> {
    const row = rowOf(scenario)
    await server.query('DELETE FROM runtime_info', 'mail')
    const value = row === null ? 'NULL' : `'${row}'`
    if (row !== undefined) await server.query(`INSERT INTO runtime_info VALUES ('last_alive', ${value})`, 'mail')
    switch (scenario.place) {
      case 'no table':
        return look({ ...usual, dbname: 'bare' })
      case 'denied':
        return look({ ...usual, user: 'stranger' })
      case 'wrong password':
        return look({ ...usual, user: 'secretly', password: 'wrong' })
      case 'down':
        return look({ ...usual, port: await freePort() })
      case 'mute':
        return withMute((port) => look({ ...usual, port }))
      case 'locked':
        return withLocker({ host: server.socketDir, port: server.port }, () => look(usual))
      default:
        return look(usual)
    }
  }

  async function playSqlite<T>(scenario: Scenario, look: (target: Target) => Promise<T>): Promise<T> {
    const path = join(directory, usual.file)
    rmSync(path, { force: true })
    if (scenario.place === 'no file') return look(usual)
    const database = new Database(path)
    try {
      if (scenario.place !== 'no table') {
        const row = rowOf(scenario)
        database.exec(RUNTIME_INFO)
        if (row !== undefined) database.prepare("INSERT INTO runtime_info VALUES ('last_alive', ?)").run(row)
      }
      if (scenario.place === 'locked') database.exec('BEGIN EXCLUSIVE')
      return await look(usual)
    } finally {
      database.close()
    }
  }

  return {
    play: (scenario, kind, look) => (kind === 'postgres' ? playPostgres(scenario, look) : playSqlite(scenario, look)),
    version: async () => {
      const [postgres = ''] = (await server.query('SHOW server_version')).split('.')
      return `PostgreSQL ${postgres}`
    },
    remove: async () => {
      await server.remove()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Whether the SQLite file of a target is there. */
export function isFileThere({ directory, file }: Target): boolean {
  return existsSync(join(directory, file))
}

/** Removes the SQLite file of a target. */
export function removeFile({ directory, file }: Target): void {
  rmSync(join(directory, file), { force: true })
}

/** A server that takes each connection and says nothing. */
async function withMute<T>(look: (port: number) => Promise<T>): Promise<T> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  try {
    return await look(port)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

async function withLocker<T>(
  { host, port }: { readonly host: string; readonly port: number },
  look: () => Promise<T>,
): Promise<T> {
  const locker = new Client({ host, port, user: 'postgres', database: 'mail' })
  await locker.connect()
  try {
    await locker.query('BEGIN; LOCK TABLE runtime_info IN ACCESS EXCLUSIVE MODE')
    return await look()
  } finally {
    await locker.end()
  }
}
