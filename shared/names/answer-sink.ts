import type { ResolverAnswer } from './resolver-log.ts';

/** What the answers of query logs are read into: names that are found by them, or another thread that finds them. */
export interface AnswerSink {
  /** Answers so far, one for each address. */
  readonly answers: number;
  /** Adds an answer, which may be overwritten afterwards. */
  add(answer: ResolverAnswer): void;
  /** All answers have been added. */
  seal(): void;
  /** Resolves when there is room for more answers; undefined while there is. */
  room?(): Promise<void> | undefined;
}
