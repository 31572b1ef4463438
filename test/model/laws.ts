import type { Heard, Owed, World } from './world.ts'

/**
 * What must hold whatever happens.
 *
 * @returns a sentence for each law that was broken
 */
export function brokenLaws(world: World): readonly string[] {
  return [
    ...repeatedOpenings(world),
    ...endsWithoutOpenings(world),
    ...wordsInQuiet(world),
    ...sharedIds(world),
    ...changedIds(world),
    ...repeatedCopies(world),
  ]
}

/** A second opening of an episode is only one whose first is not known to have arrived. */
function repeatedOpenings({ heard }: World): readonly string[] {
  const known = heard.filter(({ kind, isKnown }) => kind === 'opened' && isKnown)
  const keys = known.map(({ recipient, incident, episode }) => `${recipient} ${incident} ${episode}`)
  return keys.filter((key, i) => keys.indexOf(key) < i).map((key) => `opened twice: ${key}`)
}

/** Of what is known to have arrived nobody hears a second copy: one recipient's kill or refusal repeats nothing to another. */
function repeatedCopies({ heard }: World): readonly string[] {
  return heard.flatMap((one, i) => {
    const isCopy = heard
      .slice(0, i)
      .some(
        ({ recipient, messageId, isKnown }) => isKnown && recipient === one.recipient && messageId === one.messageId,
      )
    return isCopy ? [`${one.recipient} was sent ${one.messageId} again`] : []
  })
}

/** Only who has heard that it was open, or flapping, hears that it is over, or has settled. */
function endsWithoutOpenings({ heard }: World): readonly string[] {
  return heard.flatMap((one, i) => {
    if (one.kind !== 'closed' && one.kind !== 'settled') return []
    const before = heard.slice(0, i).filter((other) => isSameIncident(one, other) && other.isKnown)
    const hasOpening =
      one.kind === 'closed'
        ? before.some(({ kind, episode, isEnd }) => episode === one.episode && !isEnd && kind !== 'missed')
        : before.some(({ kind }) => kind === 'flapping')
    return hasOpening ? [] : [`${one.kind} without an opening: ${one.recipient} ${one.incident} ${one.episode}`]
  })
}

/** What is silenced or acknowledged says nothing but its end. */
function wordsInQuiet({ heard }: World): readonly string[] {
  return heard
    .filter(({ wasQuiet, isEnd }) => wasQuiet && !isEnd)
    .map(({ kind, recipient }) => `${kind} to ${recipient} while it was quiet`)
}

function sharedIds({ heard }: World): readonly string[] {
  const words = new Map<string, string>()
  return heard.flatMap((one) => {
    const first = words.get(one.messageId) ?? one.words
    words.set(one.messageId, first)
    return first === one.words ? [] : [`different words share ${one.messageId}`]
  })
}

/** What may not have arrived and is said again in the same words is known by its ID as the same. */
function changedIds({ heard }: World): readonly string[] {
  return heard.flatMap((one, i) => {
    const before = heard.slice(0, i).findLast((other) => isSameIncident(one, other))
    const isSame = before?.words === one.words && !before.isKnown
    return isSame && before.messageId !== one.messageId ? [`${one.recipient} heard the same under two IDs`] : []
  })
}

/** Who had to hear of an episode and has heard nothing that covers it; asked when all can be reached, and all is well. */
export function untold({ heard, owed, removed, routes }: World): readonly string[] {
  const missing = owed.flatMap((debt) => {
    const { incident, episode, recipients } = debt
    // Whoever removes the lockfile has ended it: nothing more is said of it.
    if (removed.includes(incident)) return []
    const hearing = [...routes.unknown, ...routes.warning, ...routes.critical]
    return recipients
      .filter((recipient) => hearing.includes(recipient))
      .filter((recipient) => !heard.some((one) => one.recipient === recipient && covers(one, debt)))
      .map((recipient) => `${recipient} never heard of episode ${episode} of ${incident}`)
  })
  return [...new Set(missing)]
}

/** What flaps is told as a whole. */
function covers(one: Heard, { incident, episode, isFlapping }: Owed): boolean {
  if (one.incident !== incident) return false
  const isWhole = isFlapping && one.kind === 'flapping' && one.episode <= episode
  return isWhole || one.episode === episode || one.earlier.includes(episode)
}

function isSameIncident(one: Heard, other: Heard): boolean {
  return one.recipient === other.recipient && one.incident === other.incident
}
