import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate, startPostgres, type TestPostgres } from '../support/postgres.ts'

const SCHEMA = `
  CREATE TABLE beats (k varchar(100) PRIMARY KEY, v text);
  INSERT INTO beats VALUES ('ghosts', NULL), ('it''s', '1'), ('"x"', '2');
  CREATE DOMAIN stamp AS timestamptz; CREATE TYPE mood AS ENUM ('fine');
  CREATE TABLE secret_beats (k text, v text); CREATE SCHEMA vault; CREATE TABLE vault.beats (k text, v text);
  CREATE ROLE watch LOGIN; GRANT SELECT ON beats TO watch;
  CREATE ROLE scram LOGIN PASSWORD 'pass word';
  SET password_encryption = md5; CREATE ROLE md5 LOGIN PASSWORD 'pass word';
  CREATE ROLE plainly LOGIN; CREATE ROLE secretly LOGIN; CREATE ROLE nobody_may LOGIN;
  CREATE ROLE needs_cert LOGIN; CREATE ROLE barred; CREATE ROLE expired LOGIN PASSWORD 'pass' VALID UNTIL '2020-01-01'; CREATE ROLE impatient LOGIN CONNECTION LIMIT 0`

const HBA = `
  local all postgres trust
  local all all trust
  host all scram all scram-sha-256
  host all md5 all md5
  host all expired all scram-sha-256
  host all barred all trust
  hostnossl all plainly all trust
  hostssl all secretly all trust
  hostssl all needs_cert all cert
  host all nobody_may all reject
  host all postgres,watch,stranger,impatient all trust
`.replaceAll(/^ +/gm, '')

/** A server with roles for each way of logging in, and a home directory with the certificates that go with it. */
export interface MailServer {
  readonly server: TestPostgres
  readonly home: string
  /** a role over TCP, to the database `mail` */
  as(user: string, more?: string): string
  remove(): Promise<void>
}

/** Starts a server with TLS, the databases `mail` and `bytes`, and a role for each way of logging in. */
export async function startMailServer(): Promise<MailServer> {
  const home = mkdtempSync(join(tmpdir(), 'lastalive-home-'))
  const server = await startPostgres()
  await server.query('CREATE DATABASE mail')
  await server.query(`CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'`)
  await server.query(SCHEMA, 'mail')
  await server.query("CREATE TABLE beats (v text); INSERT INTO beats VALUES (E'caf\\xe9 1')", 'bytes')
  makeCertificate(join(home, 'ca'), { name: 'test authority' })
  makeCertificate(join(home, 'other'), { name: 'other authority' })
  makeCertificate(join(home, 'server'), { name: 'db.example', altName: 'DNS:localhost', authority: join(home, 'ca') })
  makeCertificate(join(home, 'client'), { name: 'needs_cert', authority: join(home, 'ca') })
  for (const file of ['server.key', 'server.crt', 'ca.crt']) {
    copyFileSync(join(home, file), join(server.dir, file))
    chmodSync(join(server.dir, file), 0o644)
    // Copied once more as the server's user, who must own its key.
    await server.runAs('cp', [join(server.dir, file), join(server.dataDir, file)])
  }
  await server.runAs('chmod', ['600', join(server.dataDir, 'server.key')])
  appendFileSync(join(server.dataDir, 'postgresql.conf'), "ssl=on\nssl_ca_file='ca.crt'\n")
  writeFileSync(join(server.dataDir, 'pg_hba.conf'), HBA)
  await server.reload()
  return {
    server,
    home,
    as: (user, more = '') => `host=127.0.0.1 port=${server.port} dbname=mail user=${user} ${more}`,
    remove: async () => {
      await server.remove()
      rmSync(home, { recursive: true })
    },
  }
}
