/** What a unit file of systemd says. */
export interface UnitFile {
  /** the last value of a key, as it counts where each replaces the one before; undefined where it is not there */
  value(key: string): string | undefined
  /** all values of a key, in their order */
  values(key: string): readonly string[]
  /** variables of `Environment=`, with the places of a system's own service in them */
  readonly environment: Readonly<Record<string, string>>
}

/** What stands for the places of services that systemd itself starts. */
const PLACES: Readonly<Record<string, string>> = { '%S': '/var/lib', '%C': '/var/cache' }

/** Reads a unit file, which has one setting a line. */
export function parseUnitFile(text: string): UnitFile {
  const settings = [...text.matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, key = '', value = '']) => ({ key, value }))
  const values = (key: string): readonly string[] =>
    settings.filter((setting) => setting.key === key).map(({ value }) => value)
  const variables = values('Environment').map((word) => {
    const [name = '', ...rest] = word.replaceAll(/%[A-Z]/g, (place) => PLACES[place] ?? place).split('=')
    return [name, rest.join('=')] as const
  })
  return { value: (key) => values(key).at(-1), values, environment: Object.fromEntries(variables) }
}
