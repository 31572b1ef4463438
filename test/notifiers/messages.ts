import type { Fact, Message } from '../../src/core/incident/notice.ts'

/** A message as the composer makes it, with what a test wants different. */
export function message(changes: Partial<Message> = {}): Message {
  return {
    id: 'closing.1@lastalive',
    subject: '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)',
    text: 'mdx: silent for 42 min (limit 10 min)\n.\nlast beat 00:42 (Europe/Paris)\n',
    html: '<p>mdx: silent for 42 min (limit 10 min)</p>\n',
    state: 'critical',
    checks: ['mdx'],
    instance: 'watch1',
    facts: [aFact()],
    moreFacts: 0,
    ...changes,
  }
}

/** One notice as programs read it, with what a test wants different. */
export function aFact(changes: Partial<Fact> = {}): Fact {
  return {
    kind: 'opened',
    incident: 'id-1',
    episode: 1,
    check: 'mdx',
    title: 'mdx',
    state: 'critical',
    severity: 'critical',
    cause: 'age',
    summary: 'silent for 42 min (limit 10 min)',
    headline: 'CRITICAL mdx: silent for 42 min (limit 10 min)',
    since: new Date('2026-11-22T11:28:00Z'),
    ...changes,
  }
}

/** Options of a send that has this long, and an hour's signal. */
export function within(ms: number): { signal: AbortSignal; deadline: Date } {
  return { signal: new AbortController().signal, deadline: new Date(Date.now() + ms) }
}
