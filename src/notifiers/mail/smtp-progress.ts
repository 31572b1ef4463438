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

export interface Reply {
  readonly code: number
  /** on one line, beginning with the code; not cleaned */
  readonly text: string
}

/** How far a transaction has come, by its commands and replies. */
export interface Progress {
  step(): Step
  /** from the final dot on, the server may have the message */
  isDotSent(): boolean
  /** the answer to MAIL, if the sender was refused; later refusals follow from it */
  senderRefusal(): Reply | undefined
  /** the answer to EHLO, if neither that nor HELO was accepted: some servers hang up right after it */
  helloRefusal(): Reply | undefined
  /** refused addresses, each with the answer to its RCPT */
  readonly refusals: ReadonlyMap<string, Reply>
  enter(step: Step): void
  commandSent(command: string): void
  replyReceived(reply: string): void
}

/**
 * Follows a transaction. Commands may be pipelined: each reply belongs to the oldest one without an answer.
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

/** Reads `550-5.1.1 no such`, `550 user` as `550 5.1.1 no such user`; code 0 if there is none. */
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
    // The dot of an empty message, if a server takes DATA although it has refused every address.
    case '.':
      return 'DATA'
    // AUTH and the lines that follow it.
    default:
      return 'login'
  }
}
