import { RECIPES } from '../../config/recipes/catalogue.ts'
import type { Recipe } from '../../config/recipes/recipe.ts'
import { UsageError } from '../../core/errors.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { quote } from '../../core/words/text.ts'
import type { Code, World } from '../world.ts'

/** Lists the recipes, or shows one: what it fills in, where that comes from, and what to know before relying on it. */
export async function recipesCommand(name: string | undefined, world: World): Promise<Code> {
  if (name === undefined) {
    const width = Math.max(...RECIPES.map((recipe) => recipe.name.length))
    for (const recipe of RECIPES) {
      world.stdout.write(`${recipe.name.padEnd(width)}  ${recipe.title}\n`)
    }
    return 0
  }
  const recipe = RECIPES.find((one) => one.name === name)
  if (recipe === undefined) {
    const known = RECIPES.map((one) => one.name)
    throw new UsageError(`there is no recipe ${quote(name)}; ${adviceOn(name, known)}; lastalive recipes lists all`)
  }
  world.stdout.write(describe(recipe))
  return 0
}

function describe(recipe: Recipe): string {
  const { title, check, databases, grants, source, trap } = recipe
  const keys = Object.entries(check).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`)
  const lines = [
    title,
    '',
    'checks:',
    `  ${recipe.name}:`,
    '    database: …',
    `    use: ${recipe.name}   # which stands for`,
    ...keys,
    '',
    `Databases: ${databases.join(', ')}`,
    ...(grants === undefined ? [] : [`Rights:    ${grants}`]),
    `Source:    ${source.repository} ${source.version}: ${source.files.join(', ')}`,
    `Trap:      ${trap}`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}
