import { fileURLToPath } from 'node:url'

const HOOK = fileURLToPath(new URL('other-host.cjs', import.meta.url))

/** The environment in which the command believes to be on a host with another clock, or another name. */
export function onOtherHost(host: {
  /** how far its clock is ahead, in seconds */
  readonly clockOffBy?: number
  readonly name?: string
}): Readonly<Record<string, string>> {
  const { clockOffBy, name } = host
  return {
    NODE_OPTIONS: `--require ${HOOK}`,
    ...(clockOffBy === undefined ? {} : { CLOCK_OFF_BY: String(clockOffBy) }),
    ...(name === undefined ? {} : { HOST_NAME: name }),
  }
}
