// A notifier of your own, for `run` of the library, and the laws that every notifier has to keep.
//
// `node examples/notifier.js` tries it: each law is one line.

import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineNotifier } from 'lastalive'
import { notifierLaws } from 'lastalive/conformance'

/** Appends each message to a file, a line of JSON each. */
export function createFileNotifier(name, path) {
  const tell = async (message, { signal, deadline }) => {
    if (signal.aborted || deadline <= new Date()) return { kind: 'refused', permanent: false, error: 'no time left' }
    const { id, subject, text } = message
    try {
      await appendFile(path, `${JSON.stringify({ id, subject, text })}\n`)
      return { kind: 'accepted', by: `file ${name}` }
    } catch (error) {
      // What is wrong with a disk may be mended: the next run tries again.
      return { kind: 'refused', permanent: false, error: `file ${name} cannot be written (${error.code})` }
    }
  }
  return defineNotifier({
    name,
    recipients: [name],
    send: async (message, recipients, options) => {
      const answer = recipients.includes(name) ? await tell(message, options) : undefined
      const stranger = { kind: 'refused', permanent: true, error: 'nobody of that name' }
      return recipients.map((recipient) => ({ recipient, ...(recipient === name ? answer : stranger) }))
    },
  })
}

/** A target of its own for each law; a file cannot refuse anything for good, nor be silent. */
const harness = {
  moods: ['accepts', 'is gone'],
  make: async (mood) => {
    const directory = await mkdtemp(join(tmpdir(), 'lastalive-notifier-'))
    const path = join(directory, mood === 'is gone' ? 'nowhere/messages' : 'messages')
    return {
      notifier: createFileNotifier('archive', path),
      received: async () => readLines(path),
      remove: () => rm(directory, { recursive: true }),
    }
  },
}

async function readLines(path) {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

for (const { name, run } of notifierLaws(harness)) {
  await run()
  console.log(`kept: ${name}`)
}
