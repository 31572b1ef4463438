/** Numbers that look random, and are the same for the same seed. */
export function createDice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    // https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** What a server says, one answer for each time that it is spoken to, and how it goes on after the last. */
export interface Script {
  readonly answers: readonly Buffer[]
  readonly end: 'waits' | 'hangs up'
}

/** What a server has said, with one thing of it changed, or several. */
export function mutate(answers: readonly Buffer[], seed: number): Script {
  const roll = createDice(seed)
  let changed = [...answers]
  for (let left = 1 + roll(3); left > 0; left--) changed = changeOne(changed, roll)
  return { answers: changed, end: roll(2) === 0 ? 'waits' : 'hangs up' }
}

function changeOne(answers: readonly Buffer[], roll: (below: number) => number): Buffer[] {
  const at = roll(answers.length)
  const answer = answers[at] ?? Buffer.alloc(0)
  const place = roll(answer.length + 1)
  const noise = Buffer.from(Array.from({ length: 1 + roll(8) }, () => roll(256)))
  const [before, after] = [answer.subarray(0, place), answer.subarray(place)]
  const other = answers[roll(answers.length)] ?? answer
  const changes: readonly (readonly Buffer[])[] = [
    [Buffer.concat([before, noise.subarray(0, 1), after.subarray(1)])],
    [Buffer.concat([before, Buffer.from([roll(2) === 0 ? 0 : 255]), after.subarray(1)])],
    [Buffer.concat([before, noise, after])],
    [Buffer.concat([before, after.subarray(noise.length)])],
    [before],
    [Buffer.concat([answer, answer])],
    [Buffer.concat([answer, other])],
    [other],
    [Buffer.alloc(0)],
    [],
    [noise],
  ]
  return [...answers.slice(0, at), ...(changes[roll(changes.length)] ?? []), ...answers.slice(at + 1)]
}
