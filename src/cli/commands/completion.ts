import type { Command } from 'commander'
import { listNames } from '../../config/load.ts'
import { RECIPES } from '../../config/recipes/catalogue.ts'
import { UsageError } from '../../core/errors.ts'
import { idOf } from '../../core/names.ts'
import { clean } from '../../core/words/text.ts'
import { openStore } from '../../setup/open-store.ts'
import { OWN_TABLES } from '../../setup/own-tables.ts'
import { bashCompletion } from '../completion/bash.ts'
import { NAMES, type Names, SHELLS } from '../completion/completed.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { type Described, describeProgram } from '../help/described.ts'
import type { WatchOptions } from '../options/options.ts'
import { placeOf } from '../settings/place.ts'
import type { Code, World } from '../world.ts'

/** The options of `completion`. */
export type CompletionOptions = Pick<WatchOptions, 'config' | 'state' | 'lockfile'>

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (program: Described) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/**
 * Prints the script that completes the command line in a shell, or what such a script offers where a name is wanted, a
 * line each.
 *
 * @param what one of SHELLS or NAMES
 * @param program makes a program whose commands are all complete
 */
export async function completionCommand(
  what: string | undefined,
  options: CompletionOptions,
  { world, program }: { readonly world: World; readonly program: () => Promise<Command> },
): Promise<Code> {
  if (what === undefined) {
    throw new UsageError(`which shell? Write ${SHELLS.join(', ')}, as in: lastalive completion ${SHELLS[0]}`)
  }
  const shell = SHELLS.find((name) => name === what)
  if (shell !== undefined) {
    world.stdout.write(SCRIPTS[shell](describeProgram(await program())))
    return 0
  }
  const kind = NAMES.find((name) => name === what)
  const names = kind === undefined ? [] : await namesOf(kind, options, world)
  world.stdout.write(names.map((name) => `${name}\n`).join(''))
  return 0
}

async function namesOf(kind: Names, options: CompletionOptions, world: World): Promise<readonly string[]> {
  switch (kind) {
    case 'checks':
    case 'tags':
    case 'notifiers': {
      const names = await listNames({ config: options.config, env: world.env })
      return names[kind].filter(isOfOneLine)
    }
    case 'open':
      return namesOfOpen(options, world)
    case 'recipes':
      return RECIPES.map(({ name }) => name)
    case 'subjects':
      return OWN_TABLES.map(({ subject }) => subject)
  }
}

async function namesOfOpen(options: CompletionOptions, world: World): Promise<readonly string[]> {
  const store = await openStore(placeOf(options, world), { readOnly: true })
  const { incidents } = await store.load([])
  // A name with a * in it would mean others as well.
  return incidents.map(idOf).filter((name) => isOfOneLine(name) && !name.includes('*'))
}

/** What a terminal shows as it is: the others can be written, but not offered. */
function isOfOneLine(name: string): boolean {
  return name !== '' && clean(name) === name
}
