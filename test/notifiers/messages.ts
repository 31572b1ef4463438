import type { Message } from '../../src/core/types.ts'

/** A message as the composer makes it, with what a test wants different. */
export function message(changes: Partial<Message> = {}): Message {
  return {
    id: 'closing.1@lastalive',
    subject: '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)',
    text: 'mdx: silent for 42 min (limit 10 min)\n.\nlast beat 00:42 (Europe/Paris)\n',
    html: '<p>mdx: silent for 42 min (limit 10 min)</p>\n',
    state: 'critical',
    checks: ['mdx'],
    ...changes,
  }
}

/** Options of a send that has this long, and an hour's signal. */
export function within(ms: number): { signal: AbortSignal; deadline: Date } {
  return { signal: new AbortController().signal, deadline: new Date(Date.now() + ms) }
}
