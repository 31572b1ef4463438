import type { Described, DescribedCommand, DescribedOption } from '../help/described.ts'
import { argumentsOf, type Offer, quoted, valuesOf } from './completed.ts'

const HEAD = `#compdef lastalive
# Completion of lastalive for zsh. Write this into ~/.zshrc, below compinit:
#   source <(lastalive completion zsh)
# or save it as _lastalive in a directory of $fpath.

# The names that the command knows now, or nothing if it fails.
_lastalive_names() {
  local -a given names
  local expl i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      (--config|--state|--lockfile)
        ((i + 1 < CURRENT)) && given+=($words[i] \${\${(Q)words[i+1]}/#\\~\\//$HOME/})
        ;;
      (--config=*|--state=*|--lockfile=*) given+=(\${(Q)words[i]}) ;;
    esac
  done
  names=(\${(f)"$(lastalive completion $1 $given 2>/dev/null)"})
  _wanted names expl $1 compadd -a names
}

_lastalive() {
  local curcontext=$curcontext state line ret=1
  local -A opt_args
  local -a commands
`

const FOOT = `
# If zsh loads this file from $fpath, the file is the function. If you source it, it only defines the function.
if [[ \${funcstack[1]} == _lastalive ]]; then
  _lastalive "$@"
else
  compdef _lastalive lastalive
fi
`

export function zshCompletion(program: Described): string {
  const commands = program.commands.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}\n`)
  const general = program.options.flatMap((option) => specsOf(option))
  return [
    HEAD,
    `  commands=(\n${commands.join('')}  )\n`,
    `  _arguments -C -s -S ${general.map(quoted).join(' ')} '1: :->command' '*:: :->words' && ret=0\n`,
    '  case $state in\n    (command) _describe -t commands command commands && ret=0 ;;\n    (words)\n',
    '      case $words[1] in\n',
    ...program.commands.map((command) => caseOf(command, program.commands)),
    '      esac\n      ;;\n  esac\n  return ret\n}\n',
    FOOT,
  ].join('')
}

function caseOf(command: DescribedCommand, commands: readonly DescribedCommand[]): string {
  const specs = [...command.options.flatMap((option) => specsOf(option)), ...argumentSpecs(command, commands)]
  const lines = specs.map((spec) => ` \\\n            ${quoted(spec)}`)
  return `        (${command.name})\n          _arguments -s -S${lines.join('')} && ret=0\n          ;;\n`
}

/** What `_arguments` wants to know of an option, one text for each of its flags. */
function specsOf(option: DescribedOption): readonly string[] {
  const { flags, value, brief, isRepeated } = option
  const others = isRepeated ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : ''
  const offer = valuesOf(option)
  const what = offer === undefined ? '' : `:${message(value ?? '')}:${act(offer)}`
  return flags.map((flag) => {
    const join = offer === undefined ? '' : flag.startsWith('--') ? '=' : '+'
    return `${others}${flag}${join}[${escaped(brief)}]${what}`
  })
}

function argumentSpecs(command: DescribedCommand, commands: readonly DescribedCommand[]): readonly string[] {
  const offer = argumentsOf(command, commands)
  if (offer === undefined) return []
  const { name, isRepeated } = offer.argument
  return [`${isRepeated ? '*' : '1'}:${message(name)}:${act(offer)}`]
}

function act(offer: Offer): string {
  switch (offer.kind) {
    case 'words':
      return `(${offer.words.join(' ')})`
    case 'names':
      // Without the blank zsh puts arguments of its own before ours.
      return ` _lastalive_names ${offer.names}`
    case 'files':
      return '_files'
    case 'directories':
      return '_files -/'
    case 'nothing':
      // With a blank zsh names the value, and offers nothing.
      return ' '
  }
}

/** Text that `_arguments` shows, between brackets. */
function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`)
}

/** Text that `_arguments` shows, between colons. */
function message(text: string): string {
  return text.replaceAll(/[\\:]/g, String.raw`\$&`)
}
