import { isUtf8 } from 'node:buffer'
import type { RawValue, Reading } from '../../core/types.ts'
import { keyFault } from '../../drivers/redis/faults.ts'
import type { Command, RedisReply } from '../../drivers/redis/redis.ts'
import type { RedisTarget } from '../../drivers/target.ts'
import { type Clocks, invalidReading } from '../value.ts'
import { type Inquiry, one } from './inquiry.ts'
import type { RedisLook } from './look.ts'
import { listOf, refusalOf, type Subject, shownKey, textOf } from './subjects.ts'

/** What was found of a key: a value in which a time or number may hide, or what that already says. */
export type FoundValue = { readonly value: RawValue } | { readonly reading: Reading; readonly isGone?: true }

/** Whom a key is read from. */
export interface Reader {
  readonly target: RedisTarget
  /** its clock and ours, now */
  clocks(): Clocks
}

/** How many parts each type of key has, by the command that counts them. */
const LENGTHS: Readonly<Record<string, string>> = {
  string: 'strlen',
  list: 'llen',
  set: 'scard',
  zset: 'zcard',
  hash: 'hlen',
  stream: 'xlen',
}

/** An id of a stream whose first part is less is counted by hand: it is before 2001 in milliseconds. */
const LEAST_MS = 1e12

/** Reads one key. */
export function* readKey(look: RedisLook, subject: Subject, reader: Reader): Inquiry<FoundValue> {
  switch (look.measure) {
    case 'idle':
      return yield* idleOf(subject, reader)
    case 'ttl':
      return yield* timeToLiveOf(subject, reader)
    case 'length':
      return yield* lengthOf(subject, reader)
    case 'age':
    case 'number':
      if (look.score !== undefined) return yield* scoreOf(look.score, subject, reader)
      return subject.field === undefined
        ? yield* valueIn(look, subject, reader)
        : yield* fieldOf(subject.field, subject, reader)
  }
}

function* valueIn(look: RedisLook, subject: Subject, reader: Reader): Inquiry<FoundValue> {
  const get = command('get', subject)
  const [reply = null] = yield [get]
  const refusal = refusalOf(reply)
  if (refusal === undefined) return reply === null ? gone(subject) : stored(reply, 'string')
  if (refusal.code !== 'WRONGTYPE') return refusedOf(reply, get, reader)
  const ask = command('type', subject)
  const type = yield* one(ask)
  if (refusalOf(type) !== undefined) return refusedOf(type, ask, reader)
  if (String(type) === 'zset') return yield* scoreOf('newest', subject, reader)
  if (String(type) === 'stream') return yield* lastIdOf(look, subject, reader)
  return wrongType(subject, String(type))
}

function wrongType(subject: Subject, type: string): FoundValue {
  const kind = /^[\w-]{1,30}$/.test(type) ? type : 'something else'
  const cure = kind === 'hash' ? 'write field: and its name' : 'write measure: length, or another key'
  return invalid(`${nameIn(subject)} is a ${kind}, which holds no time or number by itself`, cure)
}

function* fieldOf(field: Buffer, subject: Subject, reader: Reader): Inquiry<FoundValue> {
  const ask: Command = { name: 'hget', with: [subject.key, field], key: subject.right }
  const [reply = null] = yield [ask]
  const refusal = refusalOf(reply)
  if (refusal?.code === 'WRONGTYPE') return invalid(`${nameIn(subject)} is no hash`, 'leave field out')
  if (refusal !== undefined) return refusedOf(reply, ask, reader)
  if (reply !== null) return stored(reply, 'string')
  return { reading: { kind: 'absent', why: `there is no field ${shownKey(textOf(field))} in ${nameIn(subject)}` } }
}

function* scoreOf(which: 'newest' | 'oldest', subject: Subject, reader: Reader): Inquiry<FoundValue> {
  // A score below zero is no time: some write it for what is never due.
  const range = which === 'newest' ? ['0', '0', 'REV'] : ['0', '+inf', 'BYSCORE', 'LIMIT', '0', '1']
  const ask: Command = { name: 'zrange', with: [subject.key, ...range, 'WITHSCORES'], key: subject.right }
  const reply = yield* one(ask)
  const refusal = refusalOf(reply)
  if (refusal?.code === 'WRONGTYPE') return invalid(`${nameIn(subject)} is no sorted set`, 'leave score out')
  if (refusal !== undefined) return refusedOf(reply, ask, reader)
  const score = listOf(reply)[1]
  if (score === undefined && which === 'newest') return gone(subject)
  if (score === undefined) return { reading: { kind: 'absent', why: `there is no time in ${nameIn(subject)}` } }
  const text = String(score)
  return { value: { text, type: /^[+-]?(?:\d|\.\d)/.test(text) ? 'number' : 'text', typeName: 'score' } }
}

/** The last id tells when something was written, also after all of it has been taken out again. */
function* lastIdOf({ measure }: RedisLook, subject: Subject, reader: Reader): Inquiry<FoundValue> {
  if (measure === 'number')
    return invalid(`${nameIn(subject)} is a stream, whose last id is a time`, 'write measure: age')
  const ask = command('xinfo|stream', subject)
  const reply = yield* one(ask)
  if (refusalOf(reply) !== undefined) return refusedOf(reply, ask, reader)
  const parts = listOf(reply)
  const id = String(parts[parts.findIndex((part) => String(part) === 'last-generated-id') + 1])
  const ms = Number(/^(\d{1,15})-\d+$/.exec(id)?.[1] ?? Number.NaN)
  if (ms === 0) return { reading: { kind: 'absent', why: `nothing was ever written to ${nameIn(subject)}` } }
  if (!(ms >= LEAST_MS)) return invalid(`${nameIn(subject)}: its last id, ${shownKey(id)}, is no time`)
  return { reading: { kind: 'beat', at: new Date(ms), ...reader.clocks() } }
}

function* idleOf(subject: Subject, reader: Reader): Inquiry<FoundValue> {
  const ask = command('object|idletime', subject)
  const reply = yield* one(ask)
  if (refusalOf(reply) !== undefined) return refusedOf(reply, ask, reader)
  return reply === null ? gone(subject) : ahead(-Number(reply) * 1_000, reader)
}

function* timeToLiveOf(subject: Subject, reader: Reader): Inquiry<FoundValue> {
  const ask = command('pttl', subject)
  const reply = yield* one(ask)
  if (refusalOf(reply) !== undefined) return refusedOf(reply, ask, reader)
  if (Number(reply) === -2) return gone(subject)
  if (Number(reply) === -1) return invalid(`${nameIn(subject)} never expires`, 'measure something else of it')
  return ahead(Number(reply), reader)
}

/** Redis keeps nothing that is empty: a list that is not there has no length but 0. */
function* lengthOf(subject: Subject, reader: Reader): Inquiry<FoundValue> {
  const ask = command('type', subject)
  const type = yield* one(ask)
  if (refusalOf(type) !== undefined) return refusedOf(type, ask, reader)
  const name = LENGTHS[String(type)]
  if (name === undefined && String(type) !== 'none') return wrongType(subject, String(type))
  const count = command(name ?? 'type', subject)
  const reply = name === undefined ? '0' : yield* one(count)
  return refusalOf(reply) === undefined
    ? { value: { text: String(reply), type: 'number', typeName: 'length' } }
    : refusedOf(reply, count, reader)
}

function command(name: string, { key, right }: Subject): Command {
  return { name, with: [key], key: right }
}

/** So many milliseconds from the server's now. */
function ahead(ms: number, reader: Reader): FoundValue {
  const clocks = reader.clocks()
  if (!Number.isFinite(ms)) return invalid('the server gives something else than a number')
  return { reading: { kind: 'beat', at: new Date(clocks.asOf.getTime() + ms), ...clocks } }
}

function stored(reply: RedisReply, typeName: string): FoundValue {
  const bytes = reply instanceof Buffer ? reply : Buffer.from(String(reply))
  if (!isUtf8(bytes)) return { value: { text: '', type: 'other', typeName: 'bytes' } }
  const text = bytes.toString('utf8')
  // What a shell has written ends a line.
  return { value: { text: text.replace(/\r?\n$/, ''), type: 'text', typeName } }
}

function gone(subject: Subject): FoundValue {
  return { reading: { kind: 'absent', why: `there is no key ${nameIn(subject)}` }, isGone: true }
}

function invalid(message: string, cure?: string): FoundValue {
  return { reading: invalidReading(message, cure) }
}

function refusedOf(reply: RedisReply, { name, key }: Command, { target }: Reader): FoundValue {
  const refusal = refusalOf(reply) ?? { code: 'ERR', words: '' }
  const { fault } = keyFault(refusal, { target, command: name, ...(key === undefined ? {} : { key }) })
  return { reading: { kind: 'fault', fault } }
}

function nameIn({ key }: Subject): string {
  return shownKey(textOf(key))
}
