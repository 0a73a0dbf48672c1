import type { Outcome } from '../outcome.ts';
import type { StoryPlan } from '../plan.ts';
import type { Tell } from '../story-events.ts';

/** Where a story is shown. */
export interface Stage {
  /** The story begins; `introduction` says what will be seen. */
  open(plan: StoryPlan, introduction: readonly string[]): void;
  readonly tell: Tell;
  /** The story is over; `epilogue` says what it has left. */
  end(outcome: Outcome, epilogue: readonly string[]): void;
  /** A line of its own, before, after or beside the story. */
  say(line: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
