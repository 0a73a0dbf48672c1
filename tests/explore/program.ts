import { control } from '../../services/controller/control.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import type { Rules } from '../../services/controller/watch.ts';
import { CALLS, type Call as Port } from '../controller/world.ts';

/** The prefix of the stack's alarms. */
const STACK = 'natflow';

/** A call of a port that waits for its answer. */
export interface Call {
  readonly port: Port;
  readonly args: readonly unknown[];
}

/** The answer to a call. Answers with the same key are the same. */
export interface Answer {
  readonly key: string;
  readonly value?: unknown;
  readonly error?: Error;
}

/** An event that the function is invoked with. */
export interface Event {
  readonly id: number;
  readonly raw: object;
  /** A short name. */
  readonly name: string;
}

/** A point in a run of the function: the calls that it waits for, or its end. */
export interface Point {
  readonly id: number;
  readonly event: Event;
  readonly waiting: readonly Call[];
  readonly end: { readonly failure?: unknown } | undefined;
}

interface Step {
  readonly port: Port;
  readonly answer: Answer;
  readonly now: number;
}

interface Node extends Point {
  readonly steps: readonly Step[];
  readonly next: Map<string, Node>;
}

/** Injects a defect into the controller by changing its calls. */
export type Plant = (ports: Ports) => Ports;

/**
 * The real controller, executed one call at a time. A promise cannot be copied, so a run that worlds share is
 * replayed from its beginning with the answers so far. Each point is computed once, and then cached.
 */
export class Program {
  readonly rules: Rules;
  readonly #plant: Plant;
  readonly #events = new Map<string, Event>();
  readonly #starts = new Map<Event, Node>();
  #points = 0;

  constructor(rules: Rules, plant: Plant = (ports) => ports) {
    this.rules = rules;
    this.#plant = plant;
  }

  /** Equal events are the same object. */
  event(raw: object, name: string): Event {
    const text = JSON.stringify(raw);
    const event = this.#events.get(text) ?? { id: this.#events.size, raw, name };
    this.#events.set(text, event);
    return event;
  }

  /** Invokes the function. Returns a promise only when the point is not cached. */
  begin(event: Event): Point | Promise<Point> {
    return this.#starts.get(event) ?? this.#begin(event);
  }

  /** Answers one of the calls that the function waits for. Returns a promise only when the point is not cached. */
  resume(point: Point, port: Port, answer: Answer, now: number): Point | Promise<Point> {
    const node = point as Node;
    const key = `${port} ${answer.key}`;
    return (
      node.next.get(key) ??
      node.next.get(`${key} ${now}`) ??
      this.#explore(node, key, { port, answer, now })
    );
  }

  async #begin(event: Event): Promise<Point> {
    const { node } = await this.#reach(event, []);
    this.#starts.set(event, node);
    return node;
  }

  async #explore(node: Node, key: string, step: Step): Promise<Point> {
    const { node: reached, hasReadClock } = await this.#reach(node.event, [...node.steps, step]);
    node.next.set(hasReadClock ? `${key} ${step.now}` : key, reached);
    return reached;
  }

  async #reach(
    event: Event,
    steps: readonly Step[],
  ): Promise<{ node: Node; hasReadClock: boolean }> {
    const run = new Execution((ports) => control(this.#plant(ports), event.raw, STACK), this.rules);
    await run.settle();
    for (const step of steps) await run.answer(step);
    const { waiting, end, hasReadClock } = run;
    this.#points += 1;
    const calls = waiting.map(({ call }) => call);
    const node = { id: this.#points, event, waiting: calls, end, steps, next: new Map() };
    return { node, hasReadClock };
  }
}

interface Waiting {
  readonly call: Call;
  readonly settle: (answer: Answer) => void;
}

/** One run of the function, whose calls wait until they are answered. */
class Execution {
  readonly waiting: Waiting[] = [];
  end: { failure?: unknown } | undefined;
  hasReadClock = false;
  #now = 0;

  constructor(body: (ports: Ports) => Promise<unknown>, rules: Rules) {
    const now = () => {
      this.hasReadClock = true;
      return this.#now;
    };
    const calls = CALLS.map((port) => [port, (...args: unknown[]) => this.#call({ port, args })]);
    const ports: Ports = { rules, now, ...Object.fromEntries(calls) };
    body(ports).then(
      () => (this.end = {}),
      (failure: unknown) => (this.end = { failure }),
    );
  }

  #call(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = ({ value, error }: Answer) => (error ? reject(error) : resolve(value));
      this.waiting.push({ call, settle });
    });
  }

  async answer({ port, answer, now }: Step): Promise<void> {
    const at = this.waiting.findIndex(({ call }) => call.port === port);
    const [waiting] = this.waiting.splice(at, 1);
    this.#now = now;
    this.hasReadClock = false;
    waiting?.settle(answer);
    await this.settle();
  }

  /** Runs the event loop until the run has ended or waits for an answer. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
