/** The name a stack has unless it is given another. */
export const DEFAULT_STACK = 'natflow';

/** What a person types to have natflow do something in that stack. */
export function commandLine(words: string, stack: string): string {
  return `npx natflow ${words}${stack === DEFAULT_STACK ? '' : ` --stack ${shellWord(stack)}`}`;
}

/** The text as one word of a POSIX shell's command line, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w%+,./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
