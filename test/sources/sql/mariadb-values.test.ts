import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../../support/mariadb.ts'
import { AMOUNT, PARIS, type RawCase, readAll, tablesOf } from './raw-values.ts'

const LATIN = 'varchar(60) CHARACTER SET latin1'
const EXACT = 'varchar(60) COLLATE utf8mb4_bin'

const CASES: readonly RawCase[] = [
  ['timestamp', "'2026-11-22 05:45:33'", {}, '2026-11-22T00:45:33.000Z'],
  ['timestamp', "'2026-11-22 05:45:33'", PARIS, '2026-11-22T00:45:33.000Z'],
  ['timestamp', "'1970-01-01 05:00:01'", {}, 'x says that it has never been (zero)'],
  ['timestamp', "'2038-01-19 08:14:07'", {}, '2038-01-19T03:14:07.000Z'],
  ['timestamp', '0', {}, 'x says that it has never been (the zero date)'],
  ['timestamp', 'NULL', {}, 'x says that it has never been (NULL)'],
  ['timestamp(1)', "'2026-11-22 05:45:33.1'", {}, '2026-11-22T00:45:33.100Z'],
  ['timestamp(3)', "'2026-11-22 05:45:33.007'", {}, '2026-11-22T00:45:33.007Z'],
  ['timestamp(6)', "'2026-11-22 05:45:33.999999'", {}, '2026-11-22T00:45:33.999Z'],
  ['timestamp(6)', "'2026-11-22 05:45:33'", {}, '2026-11-22T00:45:33.000Z'],
  ['timestamp(6)', '0', {}, 'x says that it has never been (the zero date)'],
  ['datetime', "'2026-11-22 00:45:33'", {}, '2026-11-22T00:45:33.000Z'],
  ['datetime', "'2026-11-22 01:45:33'", PARIS, '2026-11-22T00:45:33.000Z'],
  ['datetime', "'2026-10-25 02:30:00'", PARIS, '2026-10-25T00:30:00.000Z'],
  ['datetime', "'2026-03-29 02:30:00'", PARIS, '2026-03-29T01:30:00.000Z'],
  ['datetime', "'1000-01-01'", {}, 'x says that it has never been (1000-01-01, the least of MySQL)'],
  ['datetime', "'2106-02-07 06:28:16'", {}, '2106-02-07T06:28:16.000Z'],
  ['datetime', "'9999-12-31 23:59:59'", {}, '9999-12-31T23:59:59.000Z'],
  ['datetime', "'1970-01-01'", {}, 'x says that it has never been (zero)'],
  ['datetime', '0', PARIS, 'x says that it has never been (the zero date)'],
  ['datetime', "'2026-00-00'", {}, 'x: "2026-00-00 00:00:00" is not a timestamp'],
  ['datetime', "'2026-02-00 12:00:00'", {}, 'x: "2026-02-00 12:00:00" is not a timestamp'],
  ['datetime', 'NULL', {}, 'x says that it has never been (NULL)'],
  ['datetime(2)', "'2026-11-22 00:45:33.25'", {}, '2026-11-22T00:45:33.250Z'],
  ['datetime(6)', "'2026-11-22 01:45:33.000999'", PARIS, '2026-11-22T00:45:33.000Z'],
  ['datetime(6)', "'9999-12-31 23:59:59.999999'", {}, '9999-12-31T23:59:59.999Z'],
  ['datetime(6)', '0', {}, 'x says that it has never been (the zero date)'],
  ['date', "'2026-11-22'", {}, '2026-11-22T00:00:00.000Z'],
  ['date', "'2026-11-22'", PARIS, '2026-11-21T23:00:00.000Z'],
  ['date', '0', {}, 'x says that it has never been (the zero date)'],
  ['date', "'2026-02-31'", {}, 'x says that it has never been (the zero date)'],
  ['bigint', '1795308333', {}, '2026-11-22T00:45:33.000Z'],
  ['bigint', '1795308333123', {}, '2026-11-22T00:45:33.123Z'],
  ['bigint', '1795308333123456', {}, '2026-11-22T00:45:33.123Z'],
  ['bigint', '1795308333123456789', {}, '2026-11-22T00:45:33.123Z'],
  ['bigint', '1795308333002000000', {}, '2026-11-22T00:45:33.002Z'],
  ['bigint', '0', {}, 'x says that it has never been (zero)'],
  ['bigint', '-1', {}, '1969-12-31T23:59:59.000Z'],
  ['bigint unsigned', '18446744073709551615', {}, '2554-07-21T23:34:33.709Z'],
  ['bigint unsigned', '9007199254740993', { unit: 'ms' }, 'x: "9007199254740993" is not a timestamp'],
  ['int unsigned', '4294967295', {}, '2106-02-07T06:28:15.000Z'],
  ['int', '1795308333', { unit: 'ms' }, '1970-01-21T18:41:48.333Z'],
  ['mediumint', '-8388608', {}, '1969-09-25T21:49:52.000Z'],
  ['smallint', '32767', {}, '1970-01-01T09:06:07.000Z'],
  ['tinyint', '-1', {}, '1969-12-31T23:59:59.000Z'],
  ['boolean', 'true', {}, '1970-01-01T00:00:01.000Z'],
  ['decimal(20,6)', '1795308333.001001', {}, '2026-11-22T00:45:33.001Z'],
  ['decimal(20,3)', '1795308333.123', {}, '2026-11-22T00:45:33.123Z'],
  ['decimal(20,3)', '0', {}, 'x says that it has never been (zero)'],
  ['decimal(65,30)', '1795308333.99999', {}, '2026-11-22T00:45:33.999Z'],
  ['double', '1795308333.123456', {}, '2026-11-22T00:45:33.123Z'],
  ['double', '1795308333.007', {}, '2026-11-22T00:45:33.007Z'],
  ['double', '1e40', {}, 'x: "1e+40" is not a timestamp'],
  ['double', '1e-9', {}, 'x says that it has never been (zero)'],
  ['float', '1795308333', {}, '2026-11-22T00:45:00.000Z'],
  ['year', '2026', {}, 'x: a value of type year is not a timestamp'],
  ['time', "'00:45:33'", {}, 'x: a value of type time is not a timestamp'],
  ['bit(31)', '1795308333', {}, 'x: a value of type bit is not a timestamp'],
  ['point', 'point(1, 2)', {}, 'x: a value of type point is not a timestamp'],
  ['uuid', "'123e4567-e89b-12d3-a456-426655440000'", {}, 'x: a value of type uuid is not a timestamp'],
  ['inet6', "'::1'", {}, 'x: a value of type inet6 is not a timestamp'],
  ['year', 'NULL', {}, 'x says that it has never been (NULL)'],
  ['char(40)', "'2026-11-22T00:45:33Z'", {}, '2026-11-22T00:45:33.000Z'],
  ['char(40)', "'1795308333'", {}, '2026-11-22T00:45:33.000Z'],
  ['char(40)', "''", {}, 'x says that it has never been (empty)'],
  ['varchar(60)', "'1795308333   '", {}, '2026-11-22T00:45:33.000Z'],
  ['varchar(60)', "'\\t1795308333\\r\\n'", {}, '2026-11-22T00:45:33.000Z'],
  [
    'varchar(60)',
    "CONVERT(x'e2808b31373935333038333333' USING utf8mb4)",
    {},
    'x: "\\u200b1795308333" is not a timestamp',
  ],
  ['varchar(60)', "'1795308333\\0'", {}, 'x: "1795308333\\x00" is not a timestamp'],
  ['varchar(60)', "'Sun Nov 22 2026 01:45:33 GMT+0100 (CET)'", {}, '2026-11-22T00:45:33.000Z'],
  ['bigint', "timestamp '2026-11-22 01:45:33' + 0", PARIS, '2026-11-22T00:45:33.000Z'],
  ['varchar(60)', "'12abc'", {}, 'x: "12abc" is not a timestamp'],
  ['varchar(60)', "'0x7f'", {}, 'x: "0x7f" is not a timestamp'],
  ['varchar(60)', "'0000-00-00'", {}, 'x says that it has never been (the zero date)'],
  ['varchar(60)', "'größe 🐘'", {}, 'x: "größe 🐘" is not a timestamp'],
  [LATIN, "'2026-11-22 01:45:33'", PARIS, '2026-11-22T00:45:33.000Z'],
  [LATIN, "'größe'", {}, 'x: "größe" is not a timestamp'],
  [EXACT, "'1795308333.25'", {}, '2026-11-22T00:45:33.250Z'],
  [EXACT, "'NaN'", {}, 'x: "NaN" is not a timestamp'],
  ['text', "'2026-11-22T01:45:33,5+01:00'", {}, '2026-11-22T00:45:33.500Z'],
  ['text', 'NULL', {}, 'x says that it has never been (NULL)'],
  ['text', "repeat('9', 70000)", {}, `x: "${'9'.repeat(59)}…" is not a timestamp`],
  ['longtext', '\'s:10:"1795308333";\'', {}, '2026-11-22T00:45:33.000Z'],
  ["enum('fine', '1795308333')", "'1795308333'", {}, '2026-11-22T00:45:33.000Z'],
  ["enum('fine', '1795308333')", "'fine'", {}, 'x: "fine" is not a timestamp'],
  ["set('a', 'b')", "'a,b'", {}, 'x: "a,b" is not a timestamp'],
  ['json', '\'{"at": "2026-11-22 00:45:33"}\'', { json: '$.at' }, '2026-11-22T00:45:33.000Z'],
  ['json', "'1795308333'", {}, '2026-11-22T00:45:33.000Z'],
  ['blob', "'i:1795308333;'", {}, '2026-11-22T00:45:33.000Z'],
  ['blob', "x'ff41'", {}, 'x: a value of type blob is not a timestamp'],
  ['blob', "''", {}, 'x says that it has never been (empty)'],
  ['varbinary(40)', "'2026-11-22 01:45:33'", PARIS, '2026-11-22T00:45:33.000Z'],
  ['varbinary(40)', "x'313700'", {}, 'x: a value of type varbinary is not a timestamp'],
  ['binary(10)', "'1795308333'", {}, '2026-11-22T00:45:33.000Z'],
  ['binary(12)', "'1795308333'", {}, 'x: a value of type binary is not a timestamp'],
  ['bigint unsigned', '18446744073709551615', AMOUNT, '18446744073709551615'],
  ['decimal(65,30)', '-0.000000000000000000000000000001', AMOUNT, -1e-30],
  ['double', '-1.5e300', AMOUNT, -1.5e300],
  ['float', '0.1', AMOUNT, 0.1],
  ['boolean', 'true', AMOUNT, 1],
  ['varchar(60)', "'1e3'", AMOUNT, 1_000],
  ['varchar(60)', "'3 %'", AMOUNT, 'x: "3 %" is not a number'],
  ['blob', "'42'", AMOUNT, 42],
  ['blob', "x'ff41'", AMOUNT, 'x: a value of type blob is not a number'],
  ['time', "'00:45:33'", AMOUNT, 'x: a value of type time is not a number'],
  ['year', '2026', AMOUNT, 'x: a value of type year is not a number'],
  ['datetime', "'2026-11-22'", AMOUNT, 'x: a value of type datetime is not a number'],
  ['int', 'NULL', AMOUNT, 'x has no value (NULL)'],
]

describe.skipIf(mariadbBinaries() === undefined)(`values of MariaDB (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  let said: readonly (string | number)[]

  beforeAll(async () => {
    // In a zone of its own: what has one must not move.
    server = await startMariadb(['--default-time-zone=+05:00', '--character-set-server=utf8mb4'])
    await server.query('CREATE DATABASE app')
    await server.query(["SET sql_mode = ''", ...tablesOf(CASES)].join(';\n'), 'app')
    const target = await parseDatabaseUrl(`mysql://root@localhost/app?socket=${server.socket}`, {
      env: {},
      home: server.dir,
      userName: 'watch',
    })
    said = await readAll(target, CASES)
  })
  afterAll(() => server?.remove())

  test.each(CASES.map((row, i) => [...row, i] as const))('%s: %s %o: %s', (_type, _sql, _check, says, i) =>
    expect(said[i]).toBe(says),
  )
})
