import { errorCode, errorMessage } from '../../core/errors.ts'
import { clean, redact, shorten } from '../../core/words/text.ts'
import { type Outcome, refusedForGood, refusedForNow, uncertain } from '../outcome.ts'
import type { Envelope } from './mime.ts'
import { type Progress, parseReply, type Reply, type Step } from './smtp-progress.ts'
import { hostAndPort, type SmtpTarget } from './smtp-url.ts'

export type Failure =
  /** the error of the library or the socket, or a server's refusal */
  | { readonly kind: 'failed'; readonly step: Step; readonly error: unknown }
  | { readonly kind: 'silent'; readonly step: Step; readonly waitedMs: number }
  | { readonly kind: 'interrupted'; readonly step: Step }
  | { readonly kind: 'no login offered' }
  | { readonly kind: 'no encryption' }

const LENGTH = 300

/** What each step waits for, after "did not answer" and "closed the connection before it answered". */
const ANSWERED: Readonly<Record<Step, string>> = {
  connection: '',
  greeting: ' with a greeting',
  'TLS greeting': ' with a TLS handshake and a greeting',
  EHLO: ' EHLO',
  STARTTLS: ' STARTTLS',
  TLS: ' with a TLS handshake',
  login: ' the login',
  MAIL: ' MAIL',
  RCPT: ' RCPT',
  DATA: ' DATA',
  message: ' while it was sent the message',
  dot: ' the final dot',
}

/**
 * Steps whose 5yz answer is about this message and its addresses. Elsewhere it is about the connection or the login.
 */
const ABOUT_THE_MAIL = ['RCPT TO', 'DATA']
/**
 * Bad sequence, and what servers say to those who must encrypt or log in first. Configuration can cure these any
 * minute.
 */
const NOT_FOR_GOOD = [503, 530, 534, 535, 538]

export function serverName(target: SmtpTarget): string {
  return `smtp server ${hostAndPort(target)}`
}

/**
 * What became of a mail, for each address.
 *
 * @param failure undefined if the server took the message
 */
export function outcomesOf(
  envelope: Envelope,
  failure: Failure | undefined,
  { target, progress }: { readonly target: SmtpTarget; readonly progress: Progress },
): ReadonlyMap<string, Outcome> {
  const general = generalOutcome(envelope, failure, { target, progress })
  return new Map(
    envelope.to.map((address) => {
      const reply = progress.refusals.get(address)
      return [address, reply === undefined ? general : refused(address, reply, target)]
    }),
  )
}

/** The outcome for addresses that were not refused by name. */
function generalOutcome(
  { from }: Envelope,
  failure: Failure | undefined,
  { target, progress }: { readonly target: SmtpTarget; readonly progress: Progress },
): Outcome {
  const sender = failure === undefined ? undefined : progress.senderRefusal()
  if (sender !== undefined) return refused(`the sender ${from}`, sender, target)
  const isLost = failure?.kind === 'failed' && smtpRefusal(failure.error) === undefined
  const hello = isLost ? progress.helloRefusal() : undefined
  if (hello === undefined) return outcomeOf(failure, { target, isDotSent: progress.isDotSent() })
  return refusedForNow(present(`${serverName(target)} refused the connection: ${hello.text}`, target))
}

function refused(what: string, reply: Reply, target: SmtpTarget): Outcome {
  const words = present(`${serverName(target)} refused ${what}: ${reply.text}`, target)
  return isForGood(reply) ? refusedForGood(words) : refusedForNow(words)
}

interface Circumstances {
  readonly target: SmtpTarget
  readonly isDotSent: boolean
}

function outcomeOf(failure: Failure | undefined, { target, isDotSent }: Circumstances): Outcome {
  if (failure === undefined) return { kind: 'accepted', by: serverName(target) }
  const words = failureWords(failure, target)
  const reply = failure.kind === 'failed' ? smtpRefusal(failure.error) : undefined
  if (reply === undefined)
    return isDotSent
      ? uncertain(present(`${words}; it may have taken the mail`, target))
      : refusedForNow(present(words, target))
  const isMail = failure.kind === 'failed' && ABOUT_THE_MAIL.includes(textOf(failure.error, 'command'))
  return isMail && isForGood(reply) ? refusedForGood(present(words, target)) : refusedForNow(present(words, target))
}

function isForGood({ code }: Reply): boolean {
  return code >= 500 && code < 600 && !NOT_FOR_GOOD.includes(code)
}

export function smtpRefusal(error: unknown): Reply | undefined {
  const reply = parseReply(textOf(error, 'response'))
  return reply.code >= 400 && reply.code < 600 ? reply : undefined
}

function textOf(error: unknown, property: 'response' | 'command' | 'originalCode'): string {
  if (typeof error !== 'object' || error === null || !(property in error)) return ''
  const value: unknown = Reflect.get(error, property)
  return typeof value === 'string' ? value : ''
}

/** One clean, short line, without the password in any form in which it was sent. */
function present(words: string, { login, secrets }: SmtpTarget): string {
  const sent = login === undefined ? [] : [login.password, `\0${login.user}\0${login.password}`].map(toBase64)
  return shorten(clean(redact(words, [...secrets, ...sent])), LENGTH)
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function failureWords(failure: Failure, target: SmtpTarget): string {
  const server = serverName(target)
  switch (failure.kind) {
    case 'silent':
      return `${server} did not answer${ANSWERED[failure.step]} within ${Number((failure.waitedMs / 1000).toFixed(1))} s`
    case 'interrupted':
      return `${server} had not yet answered${ANSWERED[failure.step]} when the run was stopped`
    case 'no login offered':
      return `${server} offers no login${target.tls === 'never' ? ' without TLS; give ?ca=FILE or ?tls=unverified' : ''}`
    case 'no encryption':
      return `${server} does not encrypt; the password is not sent in clear`
    case 'failed': {
      const reply = smtpRefusal(failure.error)
      return reply === undefined
        ? errorWords(failure, target)
        : `${server} ${refusalWords(failure, target)}: ${reply.text}`
    }
  }
}

type Failed = Extract<Failure, { readonly kind: 'failed' }>

function refusalWords({ error }: Failed, target: SmtpTarget): string {
  const command = textOf(error, 'command')
  if (command.startsWith('AUTH')) return `refused the login of ${target.login?.user ?? ''}`
  switch (command) {
    case 'RCPT TO':
    case 'DATA':
      return 'refused the mail'
    case 'STARTTLS':
      return `does not offer STARTTLS, which is ${target.tls === 'required' ? 'required' : 'used'} here`
    default:
      return 'refused the connection'
  }
}

function errorWords({ step, error }: Failed, target: SmtpTarget): string {
  const server = serverName(target)
  const code = textOf(error, 'originalCode') || errorCode(error)
  switch (code) {
    case 'ECONNREFUSED':
      return `${server} refused the connection`
    case 'ENOTFOUND':
      return `${server}: there is no host of this name`
    case 'EAI_AGAIN':
      return `${server}: the host's name cannot be looked up now`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `${server} cannot be reached (${code})`
    case 'EPROTOCOL':
      return `${server} does not speak SMTP${textOf(error, 'response') === '' ? '' : `: ${textOf(error, 'response')}`}`
    case 'ECONNECTION':
    case 'ECONNRESET':
    case 'EPIPE':
      return `${server} closed the connection before it answered${ANSWERED[step]}`
  }
  // OpenSSL's only code for an unknown authority without CERT in it.
  return code.includes('CERT') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
    ? certificateWords(code, error, target)
    : otherWords({ kind: 'failed', step, error }, target)
}

function certificateWords(code: string, error: unknown, { host }: SmtpTarget): string {
  const reason = errorMessage(error)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `certificate of ${host} is made out to another name (${reason}); use that name`
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `certificate of ${host} is not valid now (${reason})`
  return `certificate of ${host} not trusted (${reason}); give ?ca=FILE`
}

function otherWords({ step, error }: Failed, target: SmtpTarget): string {
  const server = serverName(target)
  if (step === 'TLS' || step === 'TLS greeting') {
    const cure =
      target.tls === 'implicit'
        ? '; smtps:// is for servers that speak TLS from the first byte, mostly on port 465'
        : ''
    return `TLS with ${server} failed (${errorMessage(error)})${cure}`
  }
  return `${server}: ${errorMessage(error)}`
}
