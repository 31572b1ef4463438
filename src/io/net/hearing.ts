import type { Socket } from 'node:net'

/** What a server has said. */
export interface Hearing {
  /** all of it, up to the bound */
  heard(): Buffer
  /** waits until what was heard is enough, there is no more, or too much of it */
  until(isEnough: (heard: Buffer) => boolean): Promise<'enough' | 'closed' | 'large'>
  /** hears no more, so that somebody else can */
  stop(): void
}

/**
 * Listens to a connection.
 *
 * @param most how much is kept, in bytes; behind it nothing is read
 */
export function listenTo(socket: Socket, most: number): Hearing {
  let heard = Buffer.alloc(0)
  let isClosed = false
  let notice = (): void => {}
  const onData = (chunk: Buffer): void => {
    heard = Buffer.concat([heard, chunk.subarray(0, most + 1 - heard.length)])
    if (heard.length > most) socket.pause()
    notice()
  }
  const onClose = (): void => {
    isClosed = true
    notice()
  }
  socket.on('data', onData)
  for (const event of ['end', 'close', 'error']) socket.once(event, onClose)
  return {
    heard: () => heard.subarray(0, most),
    until: (isEnough) =>
      new Promise((resolve) => {
        notice = () => {
          if (isEnough(heard)) resolve('enough')
          else if (heard.length > most) resolve('large')
          else if (isClosed) resolve('closed')
        }
        notice()
      }),
    stop: () => {
      socket.pause()
      socket.off('data', onData)
    },
  }
}
