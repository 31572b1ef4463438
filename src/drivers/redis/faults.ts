import { FaultError } from '../../core/errors.ts'
import { shorten } from '../../core/words/text.ts'
import { type FaultWords, faultError, lostWords, networkWords } from '../../io/net/faults.ts'
import type { RedisTarget } from '../target.ts'

/** What a server refuses: the code that its words begin with, and the words behind it. */
export interface Refusal {
  readonly code: string
  readonly words: string
}

/** What was asked when it refused. */
export interface AskedOf {
  readonly target: RedisTarget
  /** as a right names it: `get`, `xinfo|stream` */
  readonly command: string
  /** the key, or the pattern of keys, that was asked for */
  readonly key?: string
}

/** A server that answers, and not what is asked of it, whatever that is. */
const NOT_READY: Readonly<Record<string, string>> = {
  LOADING: 'the server is still loading its data',
  MASTERDOWN: 'the server is a replica that has lost its master',
  CLUSTERDOWN: 'the cluster is down',
  BUSY: 'the server is busy with a script',
  UNBLOCKED: 'the server has changed its role',
}

/** A key that another server of a cluster has. */
const ELSEWHERE = ['MOVED', 'ASK', 'TRYAGAIN', 'CROSSSLOT']

/** Reads what a server says in place of an answer. */
export function refusalIn(said: string): Refusal {
  const [, code = '', words = ''] = /^([A-Z]+) (.*)$/s.exec(said) ?? []
  return code === '' ? { code: 'ERR', words: said } : { code, words }
}

/**
 * What it means for all that is read that a server refuses; undefined where that is a matter of one key or command.
 */
export function wholeFault(refusal: Refusal, { target, command }: AskedOf): FaultError | undefined {
  const words = wholeWords(refusal, target, command)
  return words && faultError(words, { scope: 'source', secrets: target.secrets, cause: undefined })
}

function wholeWords(
  { code, words }: Refusal,
  { user = 'default', password, db }: RedisTarget,
  command: string,
): FaultWords | undefined {
  const said = shorten(words)
  const why = NOT_READY[code]
  if (why !== undefined) return { kind: 'unreachable', message: `${why} (${code} ${said})` }
  if (code === 'WRONGPASS' || /^invalid (?:username-)?password/i.test(words)) {
    const message = `login refused for user ${user} (wrong password, or no such user)`
    return {
      kind: 'denied',
      message,
      cure: 'check the user and the password in the URL or password_file, and that the user is on',
    }
  }
  if (code === 'NOAUTH') {
    const message =
      password === undefined ? 'the server asks for a password' : `login refused for user ${user} (${said})`
    return { kind: 'denied', message, cure: 'give the password by password_file, or in the URL' }
  }
  if (code === 'DENIED') return { kind: 'denied', message: `login refused (${said})` }
  if (/without any password configured/.test(words)) {
    const cure = 'leave the password out, or give the URL a user'
    return { kind: 'denied', message: 'the server has no password for the user default', cure }
  }
  if (/max number of clients/.test(words)) return { kind: 'unreachable', message: `cannot connect (${said})` }
  if (/DB index is out of range/.test(words)) {
    return {
      kind: 'failed',
      message: `there is no database ${db} (${said})`,
      cure: 'write a smaller number in the URL',
    }
  }
  if (['auth', 'select', 'time'].includes(command)) return keyWords({ code, words }, { command, user, key: undefined })
  return undefined
}

/** What it means for one key, or one check, that a server refuses. */
export function keyFault(refusal: Refusal, { target, command, key }: AskedOf): FaultError {
  const words = keyWords(refusal, { command, user: target.user ?? 'default', key })
  return faultError(words, { scope: 'check', secrets: target.secrets, cause: undefined })
}

function keyWords(
  { code, words }: Refusal,
  { command, user, key }: { readonly command: string; readonly user: string; readonly key: string | undefined },
): FaultWords {
  const said = shorten(words)
  if (code === 'NOPERM') {
    const isCommand = /permissions? to run/.test(words)
    const message = isCommand
      ? `user ${user} has no right to run ${command.replace('|', ' ')}`
      : `user ${user} has no right to read this key`
    const right = isCommand ? `+${command}` : readRight(key)
    return { kind: 'denied', message, cure: `run: ACL SETUSER ${user} ${right}` }
  }
  if (ELSEWHERE.includes(code)) {
    const cure = 'give the URL of the node that has it: each is a database of its own here'
    return { kind: 'failed', message: `another node of the cluster has this key (${code} ${said})`, cure }
  }
  if (/LFU maxmemory policy/.test(words)) {
    const cure = 'measure age, ttl or length; or set maxmemory-policy to one that is not LFU'
    return { kind: 'failed', message: 'the server tracks no idle time (its maxmemory-policy is LFU)', cure }
  }
  return { kind: 'failed', message: code === 'ERR' ? said : `${code} ${said}` }
}

/** What lets a user read a key, where it can be typed as it is. */
function readRight(key: string | undefined): string {
  return key !== undefined && /^[^\s"'\\]+$/.test(key) ? `~${key}` : '~KEY, with the name of the key'
}

/** What kept us from the first answer. */
export function openingFault(error: unknown, { place, secrets }: RedisTarget): FaultError {
  if (error instanceof FaultError) return error
  const endpoint = 'path' in place ? { host: '', socket: place.path } : { host: place.host, socket: '' }
  return faultError(networkWords(error, endpoint), { scope: 'source', secrets, cause: error })
}

/** What kept commands from being answered that were sent. */
export function lostFault(error: unknown, { secrets }: RedisTarget): FaultError {
  if (error instanceof FaultError) return error
  return faultError(lostWords(error), { scope: 'source', secrets, cause: error })
}
