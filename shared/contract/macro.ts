import * as v from 'valibot';
import { readShape } from '../read-shape.ts';

/** The macro's name in template.yaml and infra/macro.yaml, which is also the name of its function. */
export const MACRO_NAME = 'NatflowAlarms';

/**
 * The version of the macro, and the version that the template of the same checkout needs. It is raised with
 * every change of what the template asks of the macro: a parameter, a placeholder, a resource that it fills.
 */
export const MACRO_VERSION = 5;

const VERSION_ANSWER = v.object({ version: v.pipe(v.number(), v.integer('a whole number')) });

/** What the macro's function is invoked with to tell its version. */
export const VERSION_COMMAND = { command: 'version' } as const;

/** The answer to VERSION_COMMAND. */
export type VersionAnswer = v.InferOutput<typeof VERSION_ANSWER>;

/** Whether an event asks for the macro's version. */
export function isVersionCommand(event: unknown): boolean {
  return v.is(v.object({ command: v.literal(VERSION_COMMAND.command) }), event);
}

/** Checks the answer to VERSION_COMMAND. @throws ShapeError naming the member that is wrong. */
export function readVersionAnswer(value: unknown): VersionAnswer {
  return readShape(VERSION_ANSWER, value, "the macro's answer");
}
