import { readYaml } from '../../../src/config/read/yaml.ts'
import { explainYaml, type YamlProblem } from '../../../src/config/read/yaml-words.ts'

/** What a person is told of a text that is no YAML, or in which names stand twice, each with its line. */
export function explained(source: string): readonly YamlProblem[] {
  const read = readYaml(source)
  if (read.kind !== 'broken') {
    return read.twice.map(({ line, path, text }) => ({ line, text: `${JSON.stringify(path.at(-1))} ${text}` }))
  }
  return read.isSyntax ? read.problems.map((problem) => explainYaml(source, problem)) : read.problems
}
