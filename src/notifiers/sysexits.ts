import { type Outcome, refusedForGood, refusedForNow, uncertain } from './outcome.ts'

export type Meaning = 'accepted' | 'refused for good' | 'refused for now' | 'uncertain'

/**
 * Wrong usage, wrong data, no such user, not permitted. Other codes may be temporary: mail programs use them for a full
 * disk.
 */
const FOR_GOOD: readonly number[] = [64, 65, 67, 77]
/** "Try later". Programs also say so after they have queued the mail. */
const EX_TEMPFAIL = 75

/**
 * The meaning of the exit code of a program that was to tell somebody.
 *
 * msmtp gives 69 when a server defers, and 68 when a name is not found; esmtp gives 70, and ssmtp 1, for everything.
 *
 * @see https://man7.org/linux/man-pages/man3/sysexits.h.3head.html
 */
function meaningOfExit(code: number): Meaning {
  if (code === 0) return 'accepted'
  if (code === EX_TEMPFAIL) return 'uncertain'
  return FOR_GOOD.includes(code) ? 'refused for good' : 'refused for now'
}

/**
 * What became of a message, by the exit code of the program that was to take it.
 *
 * @param words.doubt what it could not do now, and what may have become of the message all the same
 * @param words.said what it printed, with a colon before it
 */
export function outcomeOfExit(
  code: number,
  words: { readonly who: string; readonly doubt: readonly [failed: string, may: string]; readonly said: string },
): Outcome {
  const { who, doubt, said } = words
  switch (meaningOfExit(code)) {
    case 'accepted':
      return { kind: 'accepted', by: who }
    case 'refused for good':
      return refusedForGood(`${who} failed with exit ${code}${said}`)
    case 'refused for now':
      return refusedForNow(`${who} failed with exit ${code}${said}`)
    case 'uncertain':
      return uncertain(`${who} ${doubt[0]} (exit ${code}), ${doubt[1]}${said}`)
  }
}
