import { control } from '../../services/controller/control.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import type { Rules } from '../../services/controller/watch.ts';
import { CALLS, type Call as Port } from '../controller/calls.ts';

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
  readonly place: Place;
  readonly next: Map<string, Node>;
  /** The run at this point, until its first answer. */
  live: Execution | undefined;
}

/** Where a run is, so that two histories from which it goes on in the same way are at one place. */
interface Place {
  readonly key: string;
  /** The point at which the calls began that wait at the same time, if one of them was answered. */
  readonly since?: Node;
  /** The answers to them, in the order of their texts. */
  readonly answered: readonly string[];
  /** The run has read, and changed nothing. */
  readonly hasOnlyRead: boolean;
}

/** Injects a defect into the controller by changing its calls. */
export type Plant = (ports: Ports) => Ports;

const READS: ReadonlySet<Port> = new Set(['flowLogs', 'alarms', 'load', 'list']);

/**
 * The real controller, executed one call at a time. A promise cannot be copied, so a run that worlds share is
 * replayed from its beginning with the answers so far. Each point is computed once, and then cached.
 *
 * Two histories that the controller cannot tell apart lead to one point: answers to calls that wait at the same time,
 * in either order; and whatever a run has read before it begins anew, because its first save conflicts, or because
 * a sweep has found out which gateways there are. A new beginning differs in the number of conflicts alone, of which a
 * run bears ten.
 */
export class Program {
  readonly rules: Rules;
  readonly #plant: Plant;
  readonly #events = new Map<string, Event>();
  readonly #eventOf = new WeakMap<object, Event>();
  readonly #starts = new Map<Event, Node>();
  readonly #nodes = new Map<string, Node>();

  constructor(rules: Rules, plant: Plant = (ports) => ports) {
    this.rules = rules;
    this.#plant = plant;
  }

  /** Equal events are the same object. */
  event(raw: object, name: string): Event {
    const known = this.#eventOf.get(raw);
    if (known !== undefined) return known;
    const text = JSON.stringify(raw);
    const event = this.#events.get(text) ?? { id: this.#events.size, raw, name };
    this.#events.set(text, event);
    this.#eventOf.set(raw, event);
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
    const live = await this.#replay(event, []);
    const node = this.#node(event, [], startOf(event, live), live);
    this.#starts.set(event, node);
    return node;
  }

  async #explore(node: Node, key: string, step: Step): Promise<Point> {
    const live = node.live ?? (await this.#replay(node.event, node.steps));
    node.live = undefined;
    await live.answer(step);
    const edge = live.hasReadClock ? `${key} ${step.now}` : key;
    const place = placeAfter(node, step, edge, live);
    const reached = this.#node(node.event, [...node.steps, step], place, live);
    node.next.set(edge, reached);
    return reached;
  }

  async #replay(event: Event, steps: readonly Step[]): Promise<Execution> {
    const run = new Execution((ports) => control(this.#plant(ports), event.raw, STACK), this.rules);
    await run.settle();
    for (const step of steps) await run.answer(step);
    return run;
  }

  #node(event: Event, steps: readonly Step[], place: Place, live: Execution): Node {
    const waiting = live.waiting.map(({ call }) => call);
    const known = this.#nodes.get(place.key);
    if (known !== undefined) return checked(known, waiting);
    const { end } = live;
    const id = this.#nodes.size;
    const node = { ...{ id, event, waiting, end }, steps, place, next: new Map(), live };
    this.#nodes.set(place.key, node);
    return node;
  }
}

function startOf(event: Event, live: Execution): Place {
  if (isBeginning(live)) return beginningOf(event);
  return { key: `starts ${event.id}`, answered: [], hasOnlyRead: true };
}

function beginningOf(event: Event): Place {
  return { key: `begins ${event.id}`, answered: [], hasOnlyRead: true };
}

function placeAfter(node: Node, step: Step, edge: string, live: Execution): Place {
  const { event, waiting, place } = node;
  const isConflict = step.port === 'save' && step.answer.value === false;
  const hasOnlyRead = place.hasOnlyRead && (isConflict || READS.has(step.port));
  if (hasOnlyRead && isBeginning(live)) return beginningOf(event);
  const since = place.since ?? node;
  const answered = [...place.answered, edge].sort();
  const key = [since.id, ...answered].join(' > ');
  const isOneOfSeveral = waiting.length > 1 && live.waiting.length === waiting.length - 1;
  return isOneOfSeveral
    ? { key, since, answered, hasOnlyRead }
    : { key, answered: [], hasOnlyRead };
}

/** Whether the run loads a gateway. Unless it has acted before, it does so for its first time or all over again. */
function isBeginning({ waiting }: Execution): boolean {
  const loads = waiting.map(({ call: { port, args } }) => (args[0] === undefined ? '' : port));
  return loads.join() === 'flowLogs,alarms';
}

/** The known point, which has to wait for the same calls. */
function checked(known: Node, waiting: readonly Call[]): Node {
  if (JSON.stringify(known.waiting) !== JSON.stringify(waiting)) {
    throw new Error(`two histories are taken for one: ${known.place.key}`);
  }
  return known;
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
