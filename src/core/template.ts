import type { Fact } from './notice.ts'

/** What can stand in braces, and what it stands for. */
export const FIELDS = {
  headline: 'the notice in one line',
  kind: 'opened, worsened, reminder, flapping, settled, closed or missed',
  state: 'OK, UNKNOWN, WARNING or CRITICAL; OK where it is over',
  severity: 'how bad it is, or was',
  title: 'the check, with its row where it has many',
  check: 'the check alone',
  item: 'the row alone',
  summary: 'what was seen',
  cause: 'why, in one word',
  incident: 'the same in all that is said of one incident',
  episode: 'how often this incident has opened',
  since: 'since when, in UTC',
  instance: 'who watches',
  count: 'how many notices the message has; the other fields are those of the worst',
} as const

/** One of the fields. */
export type Field = keyof typeof FIELDS

const PLACEHOLDER = /\{([A-Za-z_]+)\}/g

/** The placeholders in a template that are none. */
export function unknownFields(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, name = '']) => (Object.hasOwn(FIELDS, name) ? [] : [name]))
}

/**
 * Fills a template in one pass: what stands in a value is never taken for a placeholder.
 *
 * @param template with `{headline}` and the like; other braces stay as they are
 */
export function fillTemplate(template: string, values: Readonly<Record<Field, string>>): string {
  return template.replaceAll(PLACEHOLDER, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? values[name as Field] : placeholder,
  )
}

/** The values of the fields. */
export function fieldsOf(
  fact: Fact,
  { instance, count }: { readonly instance: string; readonly count: number },
): Readonly<Record<Field, string>> {
  return {
    headline: fact.headline,
    kind: fact.kind,
    state: fact.state.toUpperCase(),
    severity: fact.severity.toUpperCase(),
    title: fact.title,
    check: fact.check,
    item: fact.item ?? '',
    summary: fact.summary,
    cause: fact.cause,
    incident: fact.incident,
    episode: String(fact.episode),
    since: `${fact.since.toISOString().slice(0, 19)}Z`,
    instance,
    count: String(count),
  }
}
