import { PLUGINS, type Plugin, type PluginOutcome, runPlugin } from './plugins.ts'
import { type Kind, SCENARIOS, type Scenario } from './scenarios.ts'
import { isFileThere, removeFile, type Stage } from './stage.ts'

/** What is wrong with an answer, the worst first. */
export type Fault =
  | 'missed'
  | 'hung'
  | 'wrong state'
  | 'false alarm'
  | 'says OK'
  | 'no state'
  | 'leaves a process'
  | 'makes the file'

/** What a plugin made of a scenario. */
export interface Finding {
  readonly plugin: Plugin
  readonly outcome: PluginOutcome
  readonly faults: readonly Fault[]
}

/** A scenario on one kind of database, with what each plugin made of it. */
export interface Comparison {
  readonly scenario: Scenario
  readonly kind: Kind
  readonly findings: readonly Finding[]
}

/** What a first line may say of the state; check_postgres writes the last one for UNKNOWN. */
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'ERROR']

/** Plays every scenario, one after the other, to the plugins that know its database. */
export async function compareAll(
  stage: Stage,
  isIncluded: (plugin: Plugin) => boolean = () => true,
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = []
  for (const kind of ['postgres', 'sqlite'] as const) {
    const plugins = PLUGINS.filter((plugin) => plugin.kind === kind && isIncluded(plugin))
    for (const scenario of SCENARIOS.filter(({ kinds }) => kinds.includes(kind))) {
      const findings = await stage.play(scenario, kind, (target) => {
        const look = async (plugin: Plugin): Promise<Finding> => {
          const outcome = await runPlugin(plugin.words(target), target.directory)
          const hasMade = scenario.place === 'no file' && isFileThere(target)
          if (hasMade) removeFile(target)
          return { plugin, outcome, faults: faultsOf(scenario, outcome, hasMade) }
        }
        // Where one could make a file that the next one finds, they look one after the other.
        return scenario.place === 'no file' ? inTurn(plugins, look) : Promise.all(plugins.map(look))
      })
      comparisons.push({ scenario, kind, findings })
    }
  }
  return comparisons
}

async function inTurn<T, R>(all: readonly T[], make: (one: T) => Promise<R>): Promise<readonly R[]> {
  const made: R[] = []
  for (const one of all) made.push(await make(one))
  return made
}

/** The first line of what a plugin prints, which is what its users see. */
export function firstLine({ stdout }: PluginOutcome): string {
  return stdout.split('\n')[0] ?? ''
}

function faultsOf({ right, fair = [] }: Scenario, outcome: PluginOutcome, hasMadeFile: boolean): readonly Fault[] {
  const { code } = outcome
  const [, said] = new RegExp(`\\b(${STATES.join('|')})\\b`).exec(firstLine(outcome)) ?? []
  return [
    ...codeFaults([right.code, ...fair], code),
    ...(code !== null ? wordFaults(code, said) : []),
    ...(outcome.hasLeftSome ? (['leaves a process'] as const) : []),
    ...(hasMadeFile ? (['makes the file'] as const) : []),
  ]
}

/** What is wrong with the state that the first line names, if it names one. */
function wordFaults(code: number, said: string | undefined): readonly Fault[] {
  if (said === undefined) return ['no state']
  return said === 'OK' && code > 0 ? ['says OK'] : []
}

function codeFaults(good: readonly number[], code: number | null): readonly Fault[] {
  if (code === null) return ['hung']
  if (good.includes(code)) return []
  if (code === 0) return ['missed']
  return good.includes(0) ? ['false alarm'] : ['wrong state']
}
