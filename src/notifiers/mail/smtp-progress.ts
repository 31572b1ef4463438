/** What the server is expected to do next. */
export type Step =
  | 'connection'
  | 'greeting'
  | 'TLS greeting'
  | 'EHLO'
  | 'STARTTLS'
  | 'TLS'
  | 'login'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'message'
  | 'dot'

/** A server's answer. */
export interface Reply {
  readonly code: number
  /** on one line, the code in front, not cleaned */
  readonly text: string
}

/** How far a transaction has come, as seen in what is said and answered. */
export interface Progress {
  step(): Step
  /** from the final dot on, the server may have the message whatever happens */
  isDotSent(): boolean
  /** the answer to MAIL, where the sender was refused: whatever is refused after that follows from it */
  senderRefusal(): Reply | undefined
  /** the answer to EHLO, where neither that nor HELO was accepted: some servers hang up right after it */
  helloRefusal(): Reply | undefined
  /** the addresses that were refused, each with the answer to its RCPT */
  readonly refusals: ReadonlyMap<string, Reply>
  /** for the steps that are not commands */
  enter(step: Step): void
  commandSent(command: string): void
  replyReceived(reply: string): void
}

/**
 * Follows a transaction. Commands may be pipelined: each reply belongs to the oldest one unanswered.
 *
 * @param onStep called at each sign of life of either side
 */
export function createProgress(onStep: () => void): Progress {
  let between: Step = 'connection'
  const unanswered: string[] = []
  const refusals = new Map<string, Reply>()
  let senderRefusal: Reply | undefined
  let helloRefusal: Reply | undefined
  const noteRefusal = (command: string, reply: Reply): void => {
    const address = /^RCPT TO:<(.*)>$/.exec(command)?.[1]
    if (/^(?:EHLO|HELO)/.test(command)) helloRefusal ??= reply
    else if (command.startsWith('MAIL')) senderRefusal = reply
    else if (address !== undefined && senderRefusal === undefined) refusals.set(address, reply)
  }
  return {
    step: () => (unanswered[0] === undefined || between === 'dot' ? between : stepOf(unanswered[0])),
    isDotSent: () => between === 'dot',
    senderRefusal: () => senderRefusal,
    helloRefusal: () => helloRefusal,
    refusals,
    enter: (step) => {
      between = step
      onStep()
    },
    commandSent: (command) => {
      unanswered.push(command)
      onStep()
    },
    replyReceived: (text) => {
      const command = unanswered.shift() ?? ''
      const reply = parseReply(text)
      if (command === 'STARTTLS') between = 'TLS'
      if (command === 'DATA') between = 'message'
      if (!isPositive(reply)) noteRefusal(command, reply)
      else if (command.startsWith('HELO')) helloRefusal = undefined
      onStep()
    },
  }
}

/** Reads `550-5.1.1 no such`, `550 user` as `550 5.1.1 no such user`; code 0 where there is none. */
export function parseReply(text: string): Reply {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => (index === 0 ? line.replace(/^(\d{3})-/, '$1 ') : line.replace(/^\d{3}[ -]/, '')))
  return { code: Number(/^\d{3}/.exec(text)?.[0] ?? 0), text: lines.join(' ') }
}

function isPositive(reply: Reply): boolean {
  return reply.code >= 200 && reply.code < 300
}

function stepOf(command: string): Step {
  const verb = command.split(' ', 1)[0]
  switch (verb) {
    case 'EHLO':
    case 'HELO':
      return 'EHLO'
    case 'STARTTLS':
    case 'MAIL':
    case 'RCPT':
    case 'DATA':
      return verb
    // The dot of an empty message, where a server takes DATA after it has refused every address.
    case '.':
      return 'DATA'
    // AUTH and the lines that follow it.
    default:
      return 'login'
  }
}
