import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Puts the tries in a lockfile back, as if so many minutes had gone by since. */
export function letMinutesPass(lockfile: string, minutes: number): void {
  const incident: unknown = JSON.parse(readFileSync(lockfile, 'utf8'), (key, value: unknown) => {
    if (key !== 'tried' || typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([recipient, tried]) => [
        recipient,
        { ...tried, at: new Date(Date.parse(tried.at) - minutes * 60_000).toISOString() },
      ]),
    )
  })
  writeFileSync(lockfile, `${JSON.stringify(incident, undefined, 2)}\n`)
}

/** Paths of the lockfiles in a state directory; none where there is no directory. */
export function lockfilesIn(state: string): readonly string[] {
  try {
    return readdirSync(state)
      .filter((name) => name.endsWith('.lck'))
      .sort()
      .map((name) => join(state, name))
  } catch {
    return []
  }
}

/** Puts all times in a file back, as if so many days had gone by since. */
export function letDaysPass(file: string, days: number): void {
  letTimePass(file, days * 86_400_000)
}

/** Puts all times in a file back, as if so many milliseconds had gone by since. */
export function letTimePass(file: string, ms: number): void {
  const text = readFileSync(file, 'utf8').replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (instant) =>
    new Date(Date.parse(instant) - ms).toISOString(),
  )
  writeFileSync(file, text)
}
