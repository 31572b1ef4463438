import { isUtf8 } from 'node:buffer'
import type { FaultError } from '../../core/errors.ts'
import { partsOfKey } from '../../core/find/key-pattern.ts'
import type { Fault } from '../../core/types.ts'
import { quote } from '../../core/words/text.ts'
import { keyFault, type Refusal } from '../../drivers/redis/faults.ts'
import type { RedisReply } from '../../drivers/redis/redis.ts'
import type { RedisTarget } from '../../drivers/target.ts'
import { type Inquiry, one } from './inquiry.ts'
import { MEMBER, type RedisLook } from './look.ts'

/** One key that is read, and which field of it. A name may be any bytes. */
export interface Subject {
  readonly key: Buffer
  readonly field?: Buffer
  /** of one of many: its name, as a person reads it */
  readonly item?: string
  /** what of the keys a user must be let read: a name, or a pattern */
  readonly right: string
}

/** What a check of many found to read. */
export type Subjects =
  | { readonly kind: 'subjects'; readonly subjects: readonly Subject[] }
  | { readonly kind: 'too many' }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** About how many keys a server looks at before it answers. */
const STEP = '1000'

/** The only key of a check. */
export function subjectOf({ key, field }: RedisLook): Subject {
  const [name = key] = partsOfKey(key)
  return { key: Buffer.from(name), right: name, ...(field === undefined ? {} : { field: Buffer.from(field) }) }
}

/**
 * Looks for the keys of a pattern, or the members of a set.
 *
 * @param most more than these are not read
 */
export function* findSubjects(look: RedisLook, most: number, target: RedisTarget): Inquiry<Subjects> {
  const { members, field } = look
  const parts = partsOfKey(look.key)
  const found = yield* namesIn(look, most, target)
  if (!('names' in found)) return found
  const ofMember = (name: Buffer): Subject => ({
    key: withMember(parts[0] ?? '', name),
    right: (parts[0] ?? '').replaceAll(MEMBER, '*'),
    item: textOf(name),
    ...(field === undefined ? {} : { field: withMember(field, name) }),
  })
  const ofKey = (key: Buffer): Subject => ({
    key,
    right: parts.join('*'),
    item: textOf(key),
    ...(field === undefined ? {} : { field: Buffer.from(field) }),
  })
  return { kind: 'subjects', subjects: found.names.map(members === undefined ? ofKey : ofMember) }
}

type Scanned = Exclude<Subjects, { readonly kind: 'subjects' }> | { readonly names: readonly Buffer[] }

/** A set may be sorted, which nobody knows before. */
function* namesIn({ key, members }: RedisLook, most: number, target: RedisTarget): Inquiry<Scanned> {
  if (members === undefined) {
    const scanned = yield* scan({ command: 'scan', options: ['MATCH', globOf(partsOfKey(key))] }, most)
    return 'refusal' in scanned ? refused(keyFault(scanned.refusal, { target, command: 'scan' })) : scanned
  }
  for (const command of ['sscan', 'zscan']) {
    const scanned = yield* scan({ command, set: members }, most)
    if (!('refusal' in scanned)) return scanned
    if (scanned.refusal.code === 'WRONGTYPE') continue
    return refused(keyFault(scanned.refusal, { target, command, key: members }))
  }
  const message = `${shownKey(members)} is neither a set nor a sorted set`
  return { kind: 'fault', fault: { kind: 'invalid', scope: 'check', message } }
}

function refused({ fault }: FaultError): Scanned {
  return { kind: 'fault', fault }
}

interface Scan {
  readonly command: string
  readonly set?: string
  readonly options?: readonly string[]
}

/** Goes through all names, of which a server may give some twice. */
function* scan(
  { command, set, options = [] }: Scan,
  most: number,
): Inquiry<{ readonly names: readonly Buffer[] } | { readonly kind: 'too many' } | { readonly refusal: Refusal }> {
  const names = new Map<string, Buffer>()
  let cursor = '0'
  do {
    const taken = [...(set === undefined ? [] : [set]), cursor, ...options, 'COUNT', STEP]
    const reply = yield* one({ name: command, with: taken, ...(set === undefined ? {} : { key: set }) })
    const refusal = refusalOf(reply)
    if (refusal !== undefined) return { refusal }
    const [next, listed] = listOf(reply)
    cursor = String(next ?? '0')
    // A sorted set has a score behind each name.
    const found = listOf(listed).filter((_, i) => command !== 'zscan' || i % 2 === 0)
    for (const name of found) if (name instanceof Buffer) names.set(name.toString('latin1'), name)
    if (names.size > most) return { kind: 'too many' }
  } while (cursor !== '0')
  return { names: [...names.values()] }
}

/** In a pattern of Redis some signs mean more than themselves. */
function globOf(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)).join('*')
}

function withMember(text: string, member: Buffer): Buffer {
  const [first = '', ...more] = text.split(MEMBER)
  return Buffer.concat([Buffer.from(first), ...more.flatMap((part) => [member, Buffer.from(part)])])
}

/** A name as a person reads it: what is no text is written as bytes, so that two never look the same. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes.toString('latin1').replaceAll(/[\u0080-\u00ff]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`)
}

/** A key in a sentence: as it is where it looks like one, and else in quotes. */
export function shownKey(written: string): string {
  return /^[\w.$:{}[\]@/-]{1,80}$/.test(written) ? written : quote(written)
}

/** The parts of a reply that is a list; none where it is not. */
export function listOf(reply: RedisReply | undefined): readonly RedisReply[] {
  return Array.isArray(reply) ? reply : []
}

/** Why the server has refused a command; undefined where it has not. */
export function refusalOf(reply: RedisReply): Refusal | undefined {
  return reply !== null && typeof reply === 'object' && 'refusal' in reply ? reply.refusal : undefined
}
