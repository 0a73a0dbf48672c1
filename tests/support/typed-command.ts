import { afterEach, beforeEach, jest } from '@jest/globals';
import { Command } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';

/** A command line run in a test: the calls of its Lambda functions, and its output. */
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
    /** The output since the test began, or since the last call. */
    printed(): string {
      const text = output;
      output = '';
      return text;
    },

    /**
     * Runs the command line. Every Lambda function returns this answer, or the one that a function gives for its name
     * and the command. Returns the calls.
     */
    async typed(
      line: string,
      answer: unknown | ((name: string, command: object) => unknown),
    ): Promise<unknown[]> {
      const calls: unknown[] = [];
      const command = commandOf(async (...call) => {
        calls.push(call);
        return typeof answer === 'function' ? answer(...call) : answer;
      });
      const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
      program.addCommand(command.copyInheritedSettings(program));
      await program.parseAsync(line.split(' '), { from: 'user' });
      return calls;
    },
  };
}
