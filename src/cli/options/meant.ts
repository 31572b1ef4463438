const UNKNOWN = /unknown option '(--[\w-]*)(?:=.*)?'(\n\(Did you mean .*\))?/s

/**
 * Names the option that was probably meant. One that begins with the same letters goes before commander's own guess.
 * The value after `=` is left out, since it may be a password.
 *
 * @param text commander's message
 * @param known all options, with their dashes
 */
export function withMeantOption(text: string, known: () => readonly string[]): string {
  return text.replace(UNKNOWN, (_, flag: string, guess = '') => {
    // Fewer letters fit too many options.
    const meant = flag.length < 5 ? [] : known().filter((option) => option.startsWith(flag))
    const words = meant.length > 1 ? `one of ${meant.join(', ')}` : meant.join('')
    return `unknown option '${flag}'${words === '' ? guess : `\n(Did you mean ${words}?)`}`
  })
}
