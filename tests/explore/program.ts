import { control } from '../../services/controller/control.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import type { Rules } from '../../services/controller/watch.ts';
import { CALLS, type Call as Port } from '../controller/world.ts';

/** The stack's alarms begin like this. */
const STACK = 'natflow';

/** A call of a port that has not been answered. */
export interface Call {
  readonly port: Port;
  readonly args: readonly unknown[];
}

/** What a call comes to; answers with one key are the same answer. */
export interface Answer {
  readonly key: string;
  readonly value?: unknown;
  readonly error?: Error;
}

/** Something the function is invoked with. */
export interface Event {
  readonly id: number;
  readonly raw: object;
  /** In a word. */
  readonly name: string;
}

/** How far a run of the function has come: what it waits for, or how it ended. */
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

/** Puts a fault into the controller, by what it makes of the calls. */
export type Plant = (ports: Ports) => Ports;

/**
 * The controller as it is, one call at a time. A promise cannot be copied, so a run that two worlds share
 * is run again from its beginning with the answers it had; each point is reached once, and then known.
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

  /** The function is invoked; a promise only when that is new. */
  begin(event: Event): Point | Promise<Point> {
    return this.#starts.get(event) ?? this.#begin(event);
  }

  /** The function hears the answer to one of the calls it waits for; a promise only when that is new. */
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

  /** Lets every promise that can settle do so: what then waits, waits for an answer. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
