/** Where text of this process goes: to its files and pipes directly, since Node takes a while to load its streams. */
const { closeSync, constants, fstatSync, openSync, writeSync } = require('node:fs')

/**
 * Stdout or stderr. Nothing that is written waits for a reader, and one that has gone away is no error of ours.
 *
 * @param number of its file descriptor
 * @param streamOf gives Node's own stream, for a terminal, a socket, and a pipe that is full
 */
exports.createOutput = (number, streamOf) => {
  const { kind, fd } = findDirect(number)
  let stream
  const ofNode = () => {
    if (stream === undefined) {
      stream = streamOf()
      stream.on('error', () => {})
    }
    return stream
  }
  return {
    get isTTY() {
      return kind === 'other' && ofNode().isTTY === true
    },
    write(text) {
      const left = stream === undefined && fd !== undefined ? writeDirectly(fd, Buffer.from(text)) : text
      if (left.length > 0) ofNode().write(left)
    },
    /** Waits until a pipe has taken what was written, but for no longer than that many milliseconds. */
    taken(longest) {
      if (stream === undefined) return undefined
      return new Promise((resolve) => {
        setTimeout(resolve, longest)
        stream.write('', () => resolve())
      })
    },
  }
}

function findDirect(number) {
  try {
    const stat = fstatSync(number)
    if (stat.isFile()) return { kind: 'file', fd: number }
    if (!stat.isFIFO()) return { kind: 'other' }
  } catch {
    return { kind: 'other' }
  }
  return { kind: 'pipe', fd: openPipe(number) }
}

/** The same pipe once more, on which alone a write never waits: who else holds it, may count on waiting. */
function openPipe(number) {
  try {
    const fd = openSync(`/proc/self/fd/${number}`, constants.O_WRONLY | constants.O_NONBLOCK)
    if (fstatSync(fd).ino === fstatSync(number).ino) return fd
    closeSync(fd)
  } catch {
    // Another system than Linux, or a pipe of another user.
  }
  return undefined
}

/** @returns what could not be written without waiting */
function writeDirectly(fd, bytes) {
  try {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(fd, bytes, at)
      } catch (error) {
        if (error.code === 'EAGAIN') return bytes.subarray(at)
        throw error
      }
    }
  } catch {
    // Nobody reads, or the disk is full.
  }
  return ''
}
