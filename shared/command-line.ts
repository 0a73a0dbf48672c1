/** The default stack name. */
export const DEFAULT_STACK = 'natflow';

/** Closes a mail with a command: elsewhere, npx would ask the registry for a package of that name. */
export const COMMAND_PLACE = 'The npx command runs in a checkout of natflow.';

/** The command line of a natflow command for a stack. */
export function commandLine(words: string, stack: string): string {
  return `npx natflow ${words}${stack === DEFAULT_STACK ? '' : ` --stack ${shellWord(stack)}`}`;
}

/** The text as one word of a POSIX shell's command line, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w%+,./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
