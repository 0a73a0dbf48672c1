import { Argument, Command, type Option } from 'commander';
import { LEGS } from '../../shared/flow/legs.ts';
import { writeLine, writeOutput } from '../../shared/terminal.ts';

/**
 * A script for each shell that asks `natflow complete`, and completes files where that answers nothing: most
 * arguments are files, and the libraries for commander complete none.
 */
const SCRIPTS = {
  bash: `_natflow() {
  local IFS=$'\\n'
  COMPREPLY=($(natflow complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -d ' ' -f 1))
}
complete -o default -F _natflow natflow`,
  zsh: `#compdef natflow
_natflow() {
  local -a answers=("\${(@f)$(natflow complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "$answers" ]]; then _files; return; fi
  answers=("\${answers[@]/ /:}")
  _describe natflow answers
}
compdef _natflow natflow`,
  fish: `function __natflow
  set -l answers (natflow complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $answers) -gt 0
    string replace ' ' \\t -- $answers
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c natflow -f -a '(__natflow)'`,
} as const;

/** Values of options that are read by functions, which the command line does not know of. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--legs': LEGS,
  '--netflow': ['5', '9', 'ipfix'],
  '--rate': ['max'],
  '--shift': ['now'],
};

/** `natflow completion`: prints what a shell has to read to complete natflow's commands and options. */
export function completionCommand(): Command {
  const shells = Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[];
  return new Command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: keyof typeof SCRIPTS) => void writeOutput(`${SCRIPTS[shell]}\n`));
}

/** `natflow complete -- WORD…`: prints what the last word may become, and after a blank what it means. The scripts call it. */
export function completeCommand(program: () => Promise<Command>): Command {
  return new Command('complete').argument('[word...]').action(async (words: string[]) => {
    for (const { value, about } of completions(await program(), words)) {
      writeLine(`${value} ${about}`);
    }
  });
}

interface Completion {
  readonly value: string;
  readonly about: string;
}

/** What the last word may become after the others; nothing where a file, or a value of the user's, belongs. */
function completions(program: Command, words: readonly string[]): Completion[] {
  const begun = words.at(-1) ?? '';
  const { command, option, position } = follow(program, words.slice(0, -1));
  return possible(command, option, begun, position).filter(({ value }) => value.startsWith(begun));
}

/** The command that words lead to, the option that waits for a value after them, and the arguments among them. */
function follow(program: Command, words: readonly string[]) {
  let command = program;
  let option: Option | undefined;
  let position = 0;
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word);
    if (option !== undefined) option = undefined;
    else if (word.startsWith('-')) option = optionOf(command, word);
    else if (next !== undefined) command = next;
    else position += 1;
  }
  return { command, option, position };
}

/** The option that is named so, if it takes a value. */
function optionOf(command: Command, word: string): Option | undefined {
  return command.options.find((each) => each.required && [each.short, each.long].includes(word));
}

function possible(
  command: Command,
  option: Option | undefined,
  begun: string,
  position: number,
): Completion[] {
  const help = command.createHelp();
  if (option !== undefined) {
    const values = option.argChoices ?? VALUES[option.long ?? ''] ?? [];
    return values.map((value) => ({ value, about: option.description }));
  }
  if (begun.startsWith('-')) {
    const options = help.visibleOptions(command);
    return options.map(({ long, description }) => ({ value: long ?? '', about: description }));
  }
  const choices = command.registeredArguments[position]?.argChoices ?? [];
  return [
    ...help
      .visibleCommands(command)
      .map((each) => ({ value: each.name(), about: each.description() })),
    ...choices.map((value) => ({ value, about: '' })),
  ];
}
