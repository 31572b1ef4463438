import type { World } from '../world.ts'

/**
 * Whether text is coloured: on a terminal that knows colours, unless somebody wants none.
 *
 * @see https://no-color.org where a variable that is empty counts as none
 */
export function wantsColour({ stdout, env }: Pick<World, 'stdout' | 'env'>): boolean {
  const isUnwanted = (env.NO_COLOR ?? '') !== '' || env.CLICOLOR === '0' || env.TERM === 'dumb'
  return stdout.isTTY === true && !isUnwanted
}
