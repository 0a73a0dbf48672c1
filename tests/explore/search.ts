import { Ending } from './ending.ts';
import { StateSet } from './intern.ts';
import { type Configuration, Model } from './model.ts';
import { numbersOf, type World } from './world.ts';

/** A violation, and the shortest trace to it. */
interface Finding {
  readonly violation: string;
  readonly trace: readonly string[];
}

/** The result of an exploration. */
export interface Report {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Every state was explored. Otherwise, states of the last depth were only played to their end. */
  readonly isComplete: boolean;
  readonly findings: readonly Finding[];
}

interface Limits {
  /** Unix milliseconds. */
  readonly until: number;
  readonly mostFindings: number;
}

/** The share of the time for playing the last depth to its end. */
const FOR_ENDS = 0.3;

/** A breadth-first search of all transitions. */
export async function explore(configuration: Configuration, limits: Limits): Promise<Report> {
  const search = new Search(new Model(configuration), limits);
  return await search.run();
}

/** A state of the frontier, and its number. */
interface Reached {
  readonly world: World;
  readonly index: number;
}

class Search {
  readonly #model: Model;
  readonly #ending: Ending;
  readonly #limits: Limits;
  readonly #seen = new StateSet();
  readonly #trail = new Trail();
  readonly #findings = new Map<string, Finding>();
  #transitions = 0;
  #frontier: Reached[] = [];
  #next: Reached[] = [];

  constructor(model: Model, limits: Limits) {
    this.#model = model;
    this.#limits = limits;
    this.#ending = new Ending(model);
  }

  async run(): Promise<Report> {
    const began = Date.now();
    const stop = began + (this.#limits.until - began) * (1 - FOR_ENDS);
    await this.#reach(this.#model.start(), 0, 0);
    let depth = 0;
    for (; this.#next.length > 0 && !this.#isOver(stop); depth++) {
      this.#frontier = this.#next;
      this.#next = [];
      await this.#expandAll(stop);
    }
    const isComplete = this.#next.length === 0 && this.#frontier.length === 0;
    for (const { world, index } of [...this.#frontier, ...this.#next]) {
      if (this.#isOver(this.#limits.until)) break;
      await this.#end(world, index);
    }
    return {
      states: this.#seen.size,
      transitions: this.#transitions,
      depth,
      isComplete,
      findings: [...this.#findings.values()],
    };
  }

  #isOver(time: number): boolean {
    return this.#findings.size >= this.#limits.mostFindings || Date.now() >= time;
  }

  async #expandAll(stop: number): Promise<void> {
    while (this.#frontier.length > 0) {
      const reached = this.#frontier.pop();
      if (reached === undefined) return;
      await this.#expand(reached);
      if (this.#isOver(stop)) return;
    }
  }

  async #expand({ world, index }: Reached): Promise<void> {
    let choice = 0;
    for (const transition of await this.#model.next(world)) {
      const made = transition[1]();
      const next = made instanceof Promise ? await made : made;
      this.#transitions += 1;
      await this.#reach(next, index, choice);
      choice += 1;
    }
    // Pending events and runs are covered by later states.
    if (isAtRest(world)) await this.#end(world, index);
  }

  async #reach(world: World, parent: number, choice: number): Promise<void> {
    if (!this.#seen.add(numbersOf(world))) return;
    const index = this.#trail.add(parent, choice);
    if (world.violation !== undefined) return await this.#find(world.violation, index);
    this.#next.push({ world, index });
  }

  async #end(world: World, index: number): Promise<void> {
    const violation = await this.#ending.verdict(world);
    if (violation !== undefined) await this.#find(violation, index, world);
  }

  async #find(violation: string, index: number, world?: World): Promise<void> {
    const kind = violation.replace(/nat-0a-\S+|\d{10,}/g, '…');
    if (this.#findings.has(kind)) return;
    const trace = await this.#retrace(index);
    if (world !== undefined) {
      trace.push('- to the end:');
      await this.#ending.verdict(world, trace);
    }
    this.#findings.set(kind, { violation, trace });
  }

  /** The trace to a state, by its choices from the start. */
  async #retrace(index: number): Promise<string[]> {
    const labels: string[] = [];
    let world = this.#model.start();
    for (const choice of this.#trail.to(index)) {
      const transition = (await this.#model.next(world))[choice];
      if (transition === undefined) throw new RangeError(`there is no choice ${choice}`);
      labels.push(transition[0]);
      world = await transition[1]();
    }
    return labels;
  }
}

function isAtRest({ runs, queue }: World): boolean {
  return runs.value.length === 0 && queue.value.length === 0;
}

/** For each state, its predecessor and which of its transitions led to the state. */
class Trail {
  #parents = new Int32Array(1 << 16);
  #choices = new Uint8Array(1 << 16);
  #length = 0;

  add(parent: number, choice: number): number {
    if (this.#length === this.#parents.length) this.#grow();
    this.#parents[this.#length] = parent;
    this.#choices[this.#length] = choice;
    this.#length += 1;
    return this.#length - 1;
  }

  to(index: number): number[] {
    const choices: number[] = [];
    for (let at = index; at > 0; at = this.#parents[at] ?? 0) choices.push(this.#choices[at] ?? 0);
    return choices.reverse();
  }

  #grow(): void {
    const parents = new Int32Array(this.#length * 2);
    const choices = new Uint8Array(this.#length * 2);
    parents.set(this.#parents);
    choices.set(this.#choices);
    this.#parents = parents;
    this.#choices = choices;
  }
}
