import type { Described, DescribedOption } from '../help/described.ts'
import { argumentsOf, type Offer, valuesOf } from './completed.ts'

const HEAD = `# Completion of lastalive for fish. Save it as ~/.config/fish/completions/lastalive.fish:
#   lastalive completion fish >~/.config/fish/completions/lastalive.fish

# Whether the line has this command; without an argument, whether it has no command yet.
function __lastalive_has_command
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if not string match -q -- '-*' $word
            test "$word" = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end

# The names that the command knows now, or nothing if it fails.
function __lastalive_names
    set -l words (commandline -opc)
    set -l given
    set -l i 2
    while test $i -le (count $words)
        switch $words[$i]
            case --config --state --lockfile
                set -l next (math $i + 1)
                test $next -le (count $words)
                and set -a given $words[$i] (string replace -r '^~/' "$HOME/" -- $words[$next])
            case '--config=*' '--state=*' '--lockfile=*'
                set -a given $words[$i]
        end
        set i (math $i + 1)
    end
    lastalive completion $argv[1] $given 2>/dev/null
end

complete -c lastalive -e
complete -c lastalive -f
`

export function fishCompletion(program: Described): string {
  const atFirst = '-n __lastalive_has_command'
  const lines = [
    ...program.options.map((option) => `${atFirst} ${optionWords(option)}`),
    ...program.commands.map(({ name, about }) => `${atFirst} -a ${name} -d ${fishQuoted(about)}`),
    ...program.commands.flatMap((command) => {
      const here = `-n '__lastalive_has_command ${command.name}'`
      const offer = argumentsOf(command, program.commands)
      const values = offer === undefined ? '' : act(offer)
      return [
        ...command.options.map((option) => `${here} ${optionWords(option)}`),
        ...(values === '' ? [] : [`${here} ${values}`]),
      ]
    }),
  ]
  return `${HEAD}${lines.map((line) => `complete -c lastalive ${line}\n`).join('')}`
}

function optionWords(option: DescribedOption): string {
  const names = option.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const offer = valuesOf(option)
  // -x: the option takes a value that is not a file.
  const value = offer === undefined ? [] : [offer.kind === 'files' ? '-r -F' : '-x', act(offer)]
  return [...names, ...value, '-d', fishQuoted(option.brief)].filter((word) => word !== '').join(' ')
}

function act(offer: Offer): string {
  switch (offer.kind) {
    case 'words':
      return `-a ${fishQuoted(offer.words.join(' '))}`
    case 'names':
      return `-a '(__lastalive_names ${offer.names})'`
    case 'directories':
      return `-a '(__fish_complete_directories (commandline -ct))'`
    case 'files':
    case 'nothing':
      return ''
  }
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
