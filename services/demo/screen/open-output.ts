import { overviewOf } from '../../../shared/report/overview.ts';
import { writeLine, writeMessage } from '../../../shared/terminal.ts';
import type { StoryPlan } from '../plan.ts';
import type { StoryEvent } from '../story-events.ts';
import { LiveStage } from './live-screen.ts';
import type { Stage } from './output.ts';
import { outcomeLines, storyLine } from './story-lines.ts';

/** The stage for standard output: JSON lines, a live screen on a terminal, plain lines elsewhere. */
export function openStage({ json, plain }: { json?: true; plain?: true }): Stage {
  if (json) return jsonStage();
  return process.stdout.isTTY && !plain ? new LiveStage(process.stdout) : plainStage();
}

function plainStage(): Stage {
  let plan: StoryPlan | undefined;
  const say = writeLine;
  return {
    say,
    open(opened, introduction) {
      plan = opened;
      for (const line of [...introduction, '']) say(line);
    },
    tell(event) {
      const line = storyLine(event, plan?.threshold ?? 0);
      if (line !== undefined) say(line);
    },
    end(outcome, epilogue) {
      const numbers = outcomeLines(outcome, plan?.parameters.legs ?? '');
      for (const line of ['', ...[...numbers, ...epilogue].map((text) => `  ${text}`)]) say(line);
    },
    close() {},
  };
}

function jsonStage(): Stage {
  const write = (value: object) => writeLine(JSON.stringify(value));
  return {
    say: writeMessage,
    open({ title, parameters, threshold, speed, traffic }) {
      const start = new Date(traffic.start).toISOString();
      // JSON has no infinity.
      const times = Number.isFinite(speed) ? speed : 'max';
      write({ kind: 'begin', title, start, speed: times, threshold, ...parameters });
    },
    tell: (event) => write(forJson(event)),
    end: (outcome) => write({ kind: 'end', ...outcome }),
    close() {},
  };
}

/** Flows are many, and the collector's to print: here they are counted. A report is a file of its own. */
function forJson(event: StoryEvent): object {
  const at = new Date(event.at).toISOString();
  switch (event.kind) {
    case 'flows':
      return { ...event, at, flows: event.flows.length };
    case 'reported':
      return { at, kind: event.kind, ...overviewOf(event.id, event.report), files: event.files };
    case 'skipped':
      return { ...event, at, until: new Date(event.until).toISOString() };
    default:
      return { ...event, at };
  }
}
