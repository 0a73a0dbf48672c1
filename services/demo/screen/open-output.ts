import { overviewOf } from '../../../shared/report/model/overview.ts';
import { writeLine, writeMessage } from '../../../shared/terminal.ts';
import type { StoryPlan } from '../plan.ts';
import type { StoryEvent } from '../story-events.ts';
import { LiveScreen } from './live-screen.ts';
import type { Output } from './output.ts';
import { outcomeLines, storyLine } from './story-lines.ts';

/** The output to standard output: JSON lines, a live screen on a terminal, plain lines elsewhere. */
export function openOutput({ json, plain }: { json?: true; plain?: true }): Output {
  if (json) return jsonOutput();
  return process.stdout.isTTY && !plain ? new LiveScreen(process.stdout) : plainOutput();
}

function plainOutput(): Output {
  let plan: StoryPlan | undefined;
  const print = writeLine;
  return {
    print,
    begin(begun, introduction) {
      plan = begun;
      for (const line of [...introduction, '']) print(line);
    },
    show(event) {
      const line = storyLine(event, plan?.threshold ?? 0);
      if (line !== undefined) print(line);
    },
    end(outcome, summary) {
      const numbers = outcomeLines(outcome, plan?.parameters.legs ?? '');
      for (const line of ['', ...[...numbers, ...summary].map((text) => `  ${text}`)]) print(line);
    },
    close() {},
  };
}

function jsonOutput(): Output {
  const write = (value: object) => writeLine(JSON.stringify(value));
  return {
    print: writeMessage,
    begin({ title, parameters, threshold, speed, traffic }) {
      const start = new Date(traffic.start).toISOString();
      // JSON has no infinity.
      const times = Number.isFinite(speed) ? speed : 'max';
      write({ kind: 'begin', title, start, speed: times, threshold, ...parameters });
    },
    show: (event) => write(forJson(event)),
    end: (outcome) => write({ kind: 'end', ...outcome }),
    close() {},
  };
}

/** Flows are only counted, since there are too many, and of a report the overview is shown: the rest is in its files. */
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
