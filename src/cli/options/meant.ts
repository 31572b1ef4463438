/** Commander's words for an option that there is not, and its guess. */
const UNKNOWN = /unknown option '(--[\w-]*)(?:=.*)?'(\n\(Did you mean .*\))?/s

/**
 * Says which option was meant by one that there is not: the one that begins so, before those that only look alike. What
 * was written behind a = is left out, since it may be a password.
 *
 * @param text what commander says
 * @param known the options that there are, with their dashes
 */
export function withMeantOption(text: string, known: () => readonly string[]): string {
  return text.replace(UNKNOWN, (_, flag: string, guess = '') => {
    // Fewer letters are the beginning of too much.
    const meant = flag.length < 5 ? [] : known().filter((option) => option.startsWith(flag))
    const words = meant.length > 1 ? `one of ${meant.join(', ')}` : meant.join('')
    return `unknown option '${flag}'${words === '' ? guess : `\n(Did you mean ${words}?)`}`
  })
}
