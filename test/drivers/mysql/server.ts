import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMariadb, type TestMariadb } from '../../support/mariadb.ts'
import { makeCertificate } from '../../support/postgres.ts'

/** A MariaDB with a database `mail`, tables, users and certificates. */
export interface MysqlServer {
  readonly server: TestMariadb
  /** a home directory, with certificates */
  readonly home: string
  /** the URL of the database for a user, who may have a password behind a colon */
  as(user: string, query?: string): string
  remove(): Promise<void>
}

const SET_UP = `
CREATE DATABASE mail CHARACTER SET utf8mb4;
CREATE DATABASE vault;
CREATE TABLE mail.beats (k varchar(100) PRIMARY KEY, v text);
INSERT INTO mail.beats VALUES ('ghosts', NULL), ('it''s', '1'), ('"x"', '2');
CREATE TABLE mail.secret_beats (k varchar(100), v text);
CREATE TABLE mail.many (n int);
INSERT INTO mail.many SELECT seq FROM seq_1_to_5000;
SET time_zone = '+00:00', sql_mode = '';
CREATE TABLE mail.kinds (ts timestamp(3) NULL, never timestamp NULL, dt datetime(1), zero datetime, d date, tiny tinyint,
  medium mediumint unsigned, i int, big bigint unsigned, amount decimal(30,10), dbl double, flt float, c char(3),
  vc varchar(20), latin varchar(20) CHARACTER SET latin1, tt tinytext, mt mediumtext, lt longtext, e enum('fine', 'bad'),
  s set('a', 'b'), j json, bl blob, vb varbinary(20), bad blob, nul varbinary(20), y year, t time, b bit(3), g point,
  u uuid) CHARACTER SET utf8mb4;
INSERT INTO mail.kinds VALUES ('2026-01-01 12:00:00.25', 0, '2026-01-01 12:00:00.5', 0, '2026-01-31', -128, 16777215,
  -2147483648, 18446744073709551615, 12345678901234567890.123456789, 1767225600.123456, 0.1, 'x', 'größe 🐘', 'größe',
  'x', 'x', 'x', 'fine', 'a,b', '{"at": 1}', 'i:1767225600;', '2026-01-01', x'ff41', x'0041', 2026, '12:00', b'101',
  point(1, 2), '123e4567-e89b-12d3-a456-426655440000');
CREATE TABLE vault.beats (k varchar(100), v text);
CREATE USER watch@'%'; GRANT SELECT ON mail.beats TO watch@'%'; GRANT SELECT ON mail.many TO watch@'%';
CREATE USER writer@'%'; GRANT ALL ON *.* TO writer@'%';
CREATE USER word@'%' IDENTIFIED BY 'pass word'; GRANT SELECT ON mail.* TO word@'%';
CREATE USER secretly@'%' REQUIRE SSL; GRANT SELECT ON mail.* TO secretly@'%';
CREATE USER certified@'%' REQUIRE X509; GRANT SELECT ON mail.* TO certified@'%';
CREATE USER barred@'%'; GRANT SELECT ON vault.* TO barred@'%';
CREATE USER expired@'%' IDENTIFIED BY 'pw' PASSWORD EXPIRE; GRANT SELECT ON mail.* TO expired@'%'; CREATE USER locked@'%' IDENTIFIED BY 'pw' ACCOUNT LOCK;
CREATE USER impatient@'%' WITH MAX_USER_CONNECTIONS 1; GRANT SELECT ON mail.* TO impatient@'%';
`

/** A way out of a read-only transaction. */
const SNEAK = `DELIMITER //
CREATE PROCEDURE mail.sneak() BEGIN
  SET SESSION TRANSACTION READ WRITE; COMMIT; DELETE FROM mail.beats; COMMIT; END//`

/** Starts it, and fills it. */
export async function startMysqlServer(): Promise<MysqlServer> {
  const home = mkdtempSync(join(tmpdir(), 'lastalive-my-home-'))
  chmodSync(home, 0o755)
  makeCertificate(join(home, 'ca'), { name: 'authority' })
  makeCertificate(join(home, 'other'), { name: 'other authority' })
  makeCertificate(join(home, 'server'), { name: 'localhost', altName: 'DNS:localhost', authority: join(home, 'ca') })
  makeCertificate(join(home, 'client'), { name: 'certified', authority: join(home, 'ca') })
  // The server's user has to read them.
  execFileSync('chmod', ['-R', 'a+r', home])
  const certificates = ['ca', 'cert', 'key'].map((option) => `--ssl-${option}=${join(home, FILES[option] ?? '')}`)
  const server = await startMariadb(certificates)
  const remove = async (): Promise<void> => {
    await server.remove()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await server.query(SET_UP)
    await server.query(SNEAK)
  } catch (error) {
    await remove()
    throw error
  }
  return { server, home, as: (user, query = '') => `mysql://${user}@127.0.0.1:${server.port}/mail${query}`, remove }
}

const FILES: Readonly<Record<string, string>> = { ca: 'ca.crt', cert: 'server.crt', key: 'server.key' }
