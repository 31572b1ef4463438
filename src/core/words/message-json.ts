import type { Fact, Message } from '../incident/notice.ts'
import { shorten } from './text.ts'

/** How much of what may be of any length is told, in characters: a name out of a database, a note. */
const LONGEST = 1_000

/**
 * A message as programs read it: the stable contract that docs/json.md describes. Instants are ISO 8601 in UTC, what
 * does not apply is null.
 */
export function messageJson(message: Message): object {
  const { id, openingId, subject, text, state, instance, facts, moreFacts } = message
  return {
    version: 1,
    id,
    openingId: openingId ?? null,
    state,
    subject,
    text,
    instance,
    notices: facts.map(noticeJson),
    more: moreFacts,
  }
}

function noticeJson(fact: Fact): object {
  return {
    kind: fact.kind,
    check: fact.check,
    item: briefly(fact.item),
    title: fact.title,
    state: fact.state,
    severity: fact.severity,
    cause: fact.cause,
    summary: fact.summary,
    headline: fact.headline,
    incident: fact.incident,
    episode: fact.episode,
    since: fact.since.toISOString(),
    lastBeat: fact.lastBeat?.toISOString() ?? null,
    closedAt: fact.closedAt?.toISOString() ?? null,
    note: briefly(fact.note),
    runbook: briefly(fact.runbook),
  }
}

function briefly(text: string | undefined): string | null {
  return text === undefined ? null : shorten(text, LONGEST)
}
