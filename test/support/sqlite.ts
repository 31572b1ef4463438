/** A database that a test fills. */
export interface Fixture {
  exec(sql: string): void
  close(): void
}

/** The one method of Node's own, whose types are not part of those for Node 20. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => Fixture
}

const Database = await loadDatabase()

/** Opens an SQLite file, making it where it is not there, with whatever this Node has to do so. */
export function openDatabase(path: string): Fixture {
  return new Database(path)
}

async function loadDatabase(): Promise<new (path: string) => Fixture> {
  try {
    const { default: BetterSqlite } = await import('better-sqlite3')
    new BetterSqlite(':memory:').close()
    return BetterSqlite
  } catch (error) {
    const library = process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined
    if (library === undefined) throw error
    return library.DatabaseSync
  }
}
