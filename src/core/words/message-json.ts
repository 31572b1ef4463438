import type { Fact, Message } from '../incident/notice.ts'
import { shorten } from './text.ts'

const LONGEST = 1_000

/**
 * A message as JSON, the stable contract of docs/json.md. Instants are ISO 8601 in UTC; null means "does not apply".
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
    output: fact.tail ?? null,
  }
}

function briefly(text: string | undefined): string | null {
  return text === undefined ? null : shorten(text, LONGEST)
}
