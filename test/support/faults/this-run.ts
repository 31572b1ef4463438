import type { InjectedFault } from './injected.ts'

/** What is to go wrong in this process. */
export function faultOfThisRun(): InjectedFault {
  // Written by the test that has started it.
  return JSON.parse(process.env.INJECTED_FAULT ?? '') as InjectedFault
}
