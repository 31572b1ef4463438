import { recipe as nextcloud } from './nextcloud.ts'
import type { Recipe } from './recipe.ts'

/** All recipes, by name. */
export const RECIPES: readonly Recipe[] = [nextcloud].toSorted((a, b) => (a.name < b.name ? -1 : 1))
