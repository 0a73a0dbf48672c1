import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface Mail {
  readonly body: string;
}

/** Types a line into a shell, as a person does who has the AWS CLI alone; returns all that it prints. */
export async function typeLine(
  line: string,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  // The pipe: /dev/stdout cannot be opened where it is a socket, as a child of Node has it.
  const script = `set -o pipefail; { ${line}\n} 2>&1 | cat`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: directory, env });
  if (stdout.includes('FunctionError')) throw new Error(`${line}\n${stdout}`);
  return stdout;
}

/** The commands of a mail. */
export function commandsOf({ body }: Mail): string[] {
  return body.split('\n').filter((line) => /^(aws|echo) /.test(line));
}

/** The commands for a purpose in the mails of a stack. */
export function commandsFor(purpose: string, mails: readonly Mail[], stack: string): string[] {
  return mails.flatMap(({ body }) => {
    const lines = body.split('\n');
    return lines.filter(
      (line, at) => lines[at - 1] === `${purpose}:` && line.includes(` ${stack}-controller `),
    );
  });
}
