import type { World } from '../world.ts'

/**
 * Whether to colour text: only on a terminal that knows colours, and unless somebody wants none.
 *
 * @see https://no-color.org where an empty variable counts as not set
 */
export function wantsColour({ stdout, env }: Pick<World, 'stdout' | 'env'>): boolean {
  const isUnwanted = (env.NO_COLOR ?? '') !== '' || env.CLICOLOR === '0' || env.TERM === 'dumb'
  return stdout.isTTY === true && !isUnwanted
}
