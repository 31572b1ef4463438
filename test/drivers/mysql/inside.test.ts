import { readFileSync } from 'node:fs'
import { Duplex } from 'node:stream'
import { createConnection } from 'mysql2'
import { expect, test } from 'vitest'
import { internals } from '../../../src/drivers/mysql/inside.ts'

/** Where this one changes, src/drivers/mysql/inside.ts has to be looked at, and the tests of logins and TLS run. */
const KNOWN = '3.24.6'

test('the version of mysql2 is the one whose insides are known', () =>
  expect(JSON.parse(readFileSync('node_modules/mysql2/package.json', 'utf8')).version).toBe(KNOWN))

test('the parts that are used are there', () => {
  const stream = new Duplex({ read: () => {}, write: (_, __, done) => done() })
  const client = createConnection({ stream: stream as never, connectTimeout: 0 })
  client.on('error', () => {})
  const { sequenceId, packetParser, startTLS, handlePacket, stream: own } = internals(client)
  expect(own).toBe(stream)
  expect(typeof sequenceId).toBe('number')
  expect([packetParser.execute, startTLS, handlePacket].map((part) => typeof part)).toEqual(Array(3).fill('function'))
  client.destroy()
})
