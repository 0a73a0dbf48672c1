import { afterEach, beforeEach, jest } from '@jest/globals';
import { Command } from 'commander';
import type { Invoke } from '../../services/cli/record.ts';

/** A command as it is typed in a test: what its functions are asked, and what it prints. */
export function typedCommand(commandOf: (invoke: Invoke) => Command) {
  let output = '';

  beforeEach(() => {
    output = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output += text;
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  return {
    /** What was printed since the test began, or since this was asked last. */
    printed(): string {
      const text = output;
      output = '';
      return text;
    },

    /** Types the line; every function called answers so. Returns the calls. */
    async typed(line: string, answer: unknown): Promise<unknown[]> {
      const calls: unknown[] = [];
      const command = commandOf(async (...call) => {
        calls.push(call);
        return answer;
      });
      const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
      program.addCommand(command.copyInheritedSettings(program));
      await program.parseAsync(line.split(' '), { from: 'user' });
      return calls;
    },
  };
}
