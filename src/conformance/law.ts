/** Something that holds for every notifier, or for every source. */
export interface Law {
  readonly name: string
  /** @throws AssertionError where it is broken */
  run(): Promise<void>
}

/** What a law is tried on. */
interface Removable {
  remove(): Promise<void>
}

/** What makes something to try a law on, in those of its moods that it can be in. */
interface Maker<Mood, Trial> {
  readonly moods: readonly Mood[]
  make(mood: Mood): Promise<Trial>
}

/** Makes laws of a table, each with a trial of its own; laws about other moods are left out. */
export function lawsOf<Mood, Trial extends Removable, Harness extends Maker<Mood, Trial>>(
  table: readonly (readonly [name: string, mood: Mood, attempt: (trial: Trial, harness: Harness) => Promise<void>])[],
  harness: Harness,
): readonly Law[] {
  return table
    .filter(([, mood]) => harness.moods.includes(mood))
    .map(([name, mood, attempt]) => ({
      name,
      run: async () => {
        const trial = await harness.make(mood)
        try {
          await attempt(trial, harness)
        } finally {
          await trial.remove()
        }
      },
    }))
}
