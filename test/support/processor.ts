/**
 * How long this process has computed for, in milliseconds, its own threads included. Unlike the clock it does not count
 * what others do meanwhile, so that a bound on it holds on a busy machine.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
