import { shellWord } from '../../../shared/command-line.ts';
import type { Finding } from '../../../shared/contract/doctor.ts';
import type { Fact, Facts, StackNames } from './facts.ts';

/** What a check found. */
export type Found = Omit<Finding, 'check'>;

/** A check of a deployed stack. It is pure: all that it needs are facts. */
export interface Check {
  readonly name: string;
  readonly run: (facts: Facts) => readonly Found[];
}

export function ok(text: string): Found {
  return { status: 'ok', text };
}

export function unknown(text: string, remedy?: string): Found {
  return { status: 'unknown', text, remedy };
}

export function wrong(text: string, remedy: string): Found {
  return { status: 'wrong', text, remedy };
}

/** The findings that a fact leads to. Why it could not be told is wrong as well, with a command that shows more. */
export function given<T>(
  fact: Fact<T>,
  remedy: string,
  conclude: (value: T) => readonly Found[],
): readonly Found[] {
  return 'failure' in fact ? [wrong(fact.failure, remedy)] : conclude(fact.value);
}

/** A command of the AWS CLI in the stack's region; every word is quoted where a shell needs it. */
export function awsCommand({ region }: Pick<StackNames, 'region'>, ...words: string[]): string {
  return ['aws', ...words, '--region', region].map(shellWord).join(' ');
}

/** `1 gateway`, `2 gateways`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
