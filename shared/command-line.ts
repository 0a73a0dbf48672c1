/** The default stack name. */
export const DEFAULT_STACK = 'natflow';

/** The command line of a natflow command for a stack. */
export function commandLine(words: string, stack: string): string {
  return `npx natflow ${words}${stack === DEFAULT_STACK ? '' : ` --stack ${stack}`}`;
}
