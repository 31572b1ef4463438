import { child, isMapping, namesIn, type Problem } from '../../core/shape/tree.ts'
import { show } from '../../core/shape/values.ts'
import { adviceOn } from '../../core/words/advice.ts'
import type { Recipe } from '../recipes/recipe.ts'

/** Where a check looks: who says so himself wants none of that of the recipe. */
const PLACE_KEYS = [
  ...['key', 'table', 'key_column', 'value_column', 'query', 'rows', 'params', 'field', 'members', 'score'],
  ...['judge', 'expect', 'vanished', 'min_rows', 'max_rows'],
]
const PLACES = ['key', 'query', 'rows']

/**
 * Fills in what the recipes say that checks `use`. What a check says itself goes before its recipe.
 *
 * @returns the tree without any `use`, and by name of the check the keys that come from a recipe
 */
export async function expandUses(raw: unknown): Promise<{
  readonly raw: unknown
  readonly problems: readonly Problem[]
  readonly fromRecipes: ReadonlyMap<string, ReadonlySet<string>>
}> {
  const checks = child(raw, 'checks')
  const users = namesIn(checks).filter((name) => child(child(checks, name), 'use') !== undefined)
  if (!isMapping(raw) || users.length === 0) return { raw, problems: [], fromRecipes: new Map() }
  const { RECIPES } = await import('../recipes/catalogue.ts')
  const known = new Map(RECIPES.map((recipe) => [recipe.name, recipe]))
  const problems: Problem[] = []
  const fromRecipes = new Map<string, ReadonlySet<string>>()
  const entries = namesIn(checks).map((name): readonly [string, unknown] => {
    const entry = child(checks, name)
    const use = child(entry, 'use')
    if (!isMapping(entry) || use === undefined) return [name, entry]
    const recipe = typeof use === 'string' ? known.get(use) : undefined
    if (recipe !== undefined) {
      const filled = fill(entry, recipe)
      fromRecipes.set(name, new Set(Object.keys(filled).filter((key) => !Object.hasOwn(entry, key))))
      return [name, filled]
    }
    // A list is wrong wherever it stands, and is told as that.
    if (!Array.isArray(use)) problems.push({ path: ['checks', name, 'use'], text: wrongRecipe(use, [...known.keys()]) })
    return [name, entry]
  })
  return { raw: { ...raw, checks: Object.fromEntries(entries) }, problems, fromRecipes }
}

function fill(entry: Readonly<Record<string, unknown>>, { check }: Recipe): Readonly<Record<string, unknown>> {
  const { use: _, ...own } = entry
  const hasPlace = PLACES.some((key) => Object.hasOwn(own, key))
  const given = Object.entries(check).filter(([key]) => !(hasPlace && PLACE_KEYS.includes(key)))
  return { ...Object.fromEntries(given), ...own }
}

function wrongRecipe(use: unknown, known: readonly string[]): string {
  if (typeof use !== 'string' || use === '') return 'is not the name of a recipe; write nextcloud'
  return `there is no recipe ${show(use)}; ${adviceOn(use, known)}`
}
