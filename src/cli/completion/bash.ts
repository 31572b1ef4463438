import type { Described } from '../help/described.ts'
import { argumentsOf, type Offer, quoted, valuesOf } from './completed.ts'

const HEAD = `# Completion of lastalive for bash. Write this into ~/.bashrc:
#   source <(lastalive completion bash)

# The words up to the cursor, as the command gets them. Bash itself also splits them at : and =.
_lastalive_read_words() {
  local line=\${COMP_LINE:0:COMP_POINT} blank word i
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blank=\${line%%[![:space:]]*}
    line=\${line#"$blank"}
    word=\${COMP_WORDS[i]}
    [[ $i -eq $COMP_CWORD ]] && word=$line
    if [[ $i -eq 0 || -n $blank ]]; then words+=("$word"); else words[\${#words[@]} - 1]+=$word; fi
    line=\${line#"$word"}
  done
}

# Offers the lines that begin with the word at the cursor. Bash replaces only what follows its last colon.
_lastalive_offer() {
  local line quoted kept=''
  [[ $COMP_WORDBREAKS == *:* ]] && kept=\${current%"\${current##*:}"}
  while IFS= read -r line; do
    [[ $line == "$current"* ]] || continue
    printf -v quoted %q "\${line#"$kept"}"
    COMPREPLY+=("$quoted")
  done
}

_lastalive_offer_words() {
  _lastalive_offer < <(printf '%s\\n' "$@")
}

# The names that the command knows now, or nothing if it fails.
_lastalive_offer_names() {
  local i given=()
  for ((i = 1; i < last; i++)); do
    case \${words[i]} in
      --config | --state | --lockfile)
        [[ $((i + 1)) -lt $last ]] && given+=("\${words[i]}" "\${words[i + 1]/#\\~\\//$HOME/}")
        ;;
      --config=* | --state=* | --lockfile=*) given+=("\${words[i]}") ;;
    esac
  done
  _lastalive_offer < <(lastalive completion "$1" "\${given[@]}" 2>/dev/null)
}

_lastalive() {
  local words current last before command='' isClosed='' i
  COMPREPLY=()
  _lastalive_read_words
  last=$((\${#words[@]} - 1))
  current=\${words[last]}
  before=\${words[last - 1]}
  for ((i = 1; i < last; i++)); do
    [[ \${words[i]} == -- ]] && isClosed=yes
    [[ -z $command && \${words[i]} != -* ]] && command=\${words[i]}
  done
  if [[ -z $isClosed ]]; then
    if [[ $current == --*=* ]]; then
      before=\${current%%=*}
      current=\${current#*=}
    fi
    case $command:$before in
`

/** A script for bash 4 and newer. */
export function bashCompletion(program: Described): string {
  const valued = program.commands.flatMap((command) =>
    command.options.flatMap((option) => {
      const offer = valuesOf(option)
      return offer === undefined
        ? []
        : option.flags.map((flag) => ({ place: `${command.name}:${flag}`, does: act(offer) }))
    }),
  )
  const values = [...new Set(valued.map(({ does }) => does))].map((does) => {
    const places = valued.filter((one) => one.does === does).map(({ place }) => place)
    return `      ${places.join(' | \\\n      ')})\n        ${does}\n        return\n        ;;\n`
  })
  const names = program.commands.map(({ name }) => name)
  const options = [{ name: '', options: program.options }, ...program.commands].map(
    (command) => `        ${command.name === '' ? "''" : command.name}) ${act(flagsOf(command))} ;;\n`,
  )
  const rest = program.commands.map((command) => {
    const offer = argumentsOf(command, program.commands)
    return offer === undefined || offer.kind === 'nothing' ? '' : `    ${command.name}) ${act(offer)} ;;\n`
  })
  return [
    HEAD,
    ...values,
    '    esac\n    if [[ $current == -* ]]; then\n      case $command in\n',
    ...options,
    '      esac\n      return\n    fi\n  fi\n  case $command in\n',
    `    '') ${act({ kind: 'words', words: names })} ;;\n`,
    ...rest,
    '  esac\n}\n\ncomplete -F _lastalive lastalive\n',
  ].join('')
}

function flagsOf({ options }: Pick<Described, 'options'>): Offer {
  return { kind: 'words', words: options.flatMap(({ flags }) => flags) }
}

function act(offer: Offer): string {
  switch (offer.kind) {
    case 'words':
      return `_lastalive_offer_words ${offer.words.map(word).join(' ')}`
    case 'names':
      return `_lastalive_offer_names ${offer.names}`
    case 'files':
      return 'compopt -o default'
    case 'directories':
      return 'compopt -o dirnames'
    case 'nothing':
      return ':'
  }
}

function word(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : quoted(text)
}
