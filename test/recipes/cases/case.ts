import type { DatabaseKind } from '../../../src/config/recipes/recipe.ts'

/** What one state of an application's database is, and what the check is to say of it. */
export interface RecipeState {
  /** statements that make it, after the tables and before which all tables are empty; `%AGO(300)%` in them stands for the value, in the column's own form, that the application writes for 300 seconds ago */
  readonly sql: string
  /** by `name`, or `name/item`: the severity of each line */
  readonly expected: Readonly<Record<string, 'ok' | 'unknown' | 'warning' | 'critical'>>
}

/** An application's own tables, as far as they matter, and three states of them. */
export interface RecipeCase {
  readonly recipe: string
  /** the statements that make the tables, by the kind of database, as the application's own migrations have them */
  readonly ddl: Partial<Readonly<Record<DatabaseKind, string>>>
  /** an expression for a time so many seconds ago, in the form in which the application writes it */
  readonly ago: Partial<Readonly<Record<DatabaseKind, (seconds: number) => string>>>
  /** it is alive; it has been quiet for too long; it has never run */
  readonly states: { readonly fresh: RecipeState; readonly quiet: RecipeState; readonly never: RecipeState }
}
