import { Command } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';
import { DEFAULT_STACK } from '../../shared/command-line.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import type { Finding } from '../../shared/contract/doctor.ts';
import { writeLine } from '../../shared/terminal.ts';
import { withAws } from './aws-options.ts';
import { RunError } from './errors.ts';

interface DoctorOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** `natflow doctor`: has the controller of a deployed stack check, with its own role, what a spike would need. */
export function doctorCommand(invoke: Invoke): Command {
  return withAws(new Command('doctor'))
    .description('check whether a deployed stack would record a spike, and what mends it')
    .option('--stack <name>', 'the stack, when it has another name', DEFAULT_STACK)
    .option('--json', 'print the findings as JSON')
    .action(async ({ stack, json }: DoctorOptions) => doctor(stack, invoke, json));
}

/** Prints the findings of a deployed stack. @throws RunError that names what is wrong. */
export async function doctor(stack: string, invoke: Invoke, json = false): Promise<void> {
  const answer = await invoke(`${stack}-controller`, { command: 'doctor' });
  const { findings } = readControllerAnswer(answer);
  if (findings === undefined) {
    throw new RunError(`the controller of ${stack} is older than doctor: deploy this version`);
  }
  const lines = json ? [JSON.stringify(findings)] : findings.flatMap(describe);
  lines.forEach(writeLine);
  const faults = findings.filter(({ status }) => status === 'wrong');
  if (faults.length > 0) throw new RunError(sentence(faults));
}

const STATUS_WIDTH = 9;
const CHECK_WIDTH = 14;

/** A line, and the command that mends it on a line of its own, to be copied. */
function describe({ check, status, text, remedy }: Finding): string[] {
  const line = `${status.padEnd(STATUS_WIDTH)}${check.padEnd(CHECK_WIDTH)}${text}`;
  return remedy === undefined ? [line] : [line, `${' '.repeat(STATUS_WIDTH)}${remedy}`];
}

function sentence(faults: readonly Finding[]): string {
  const checks = [...new Set(faults.map(({ check }) => check))];
  const number = faults.length === 1 ? '1 thing is' : `${faults.length} things are`;
  return `${number} wrong: ${checks.join(', ')}`;
}
