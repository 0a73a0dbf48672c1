import type { Outcome } from '../outcome.ts';
import type { StoryPlan } from '../plan.ts';
import type { OnEvent } from '../story-events.ts';

/** Shows a story on standard output. */
export interface Output {
  /** Called before the first event, with lines that introduce the story. */
  begin(plan: StoryPlan, introduction: readonly string[]): void;
  readonly show: OnEvent;
  /** Called after the last event, with lines that say what the story has left. */
  end(outcome: Outcome, summary: readonly string[]): void;
  /** Prints a line that belongs to no event. */
  print(line: string): void;
  /** Gives the terminal back as it was. */
  close(): void;
}
