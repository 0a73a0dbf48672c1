import * as v from 'valibot';

/** A stored state, and its version: the number of saves so far. */
export interface Versioned<State> {
  readonly state: State;
  readonly version: number;
}

/** An item of the state table. It is saved as a whole, with optimistic locking on its version. */
export interface StateItem<State> {
  /** Undefined: there is no item. */
  readonly load: () => Promise<Versioned<State> | undefined>;
  /** Saves a state that is based on `version` (0: no item yet). Resolves with false when the item has another version. */
  readonly save: (state: State, version: number) => Promise<boolean>;
}

/** The text form of a stored state. `read` accepts the text of any release. */
export interface StateCodec<State> {
  readonly read: (text: string) => State;
  readonly write: (state: State) => string;
}

/** How often a save may find another version before the invocation gives up. */
const MOST_CONFLICTS = 10;

/**
 * Reads a stored state by its schema. A text that is no JSON, or that the schema refuses, is read as `initial`: an item
 * that cannot be read must not make every later invocation fail.
 */
export function readStored<State>(
  schema: v.GenericSchema<unknown, State>,
  text: string,
  initial: State,
): State {
  const stored = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return stored.success ? stored.output : initial;
}

/** The state of an item; `initial` where there is none. */
export async function loadItem<State>(
  { load }: Pick<StateItem<State>, 'load'>,
  initial: State,
): Promise<Versioned<State>> {
  return (await load()) ?? { state: initial, version: 0 };
}

/** The saves that found another version, while one event is handled. */
export class Conflicts {
  readonly #item: string;
  #count = 0;

  /** `item` is the subject of the error's sentence. */
  constructor(item: string) {
    this.#item = item;
  }

  /** @throws Error at the eleventh conflict. */
  add(): void {
    this.#count += 1;
    if (this.#count > MOST_CONFLICTS) {
      throw new Error(`${this.#item} is changed by too many at once`);
    }
  }
}

/**
 * Repeats `attempt`, which loads an item, decides and saves, while it resolves with undefined, which stands for a
 * conflict. Resolves with its result.
 * @throws Error after too many conflicts; `item` is the subject of its sentence.
 */
export async function untilSaved<Result>(
  item: string,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  const conflicts = new Conflicts(item);
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    conflicts.add();
  }
}

/**
 * Saves what `next` makes of an item's state, of `initial` where there is no item. Nothing is saved when `next` returns
 * the state that it was given.
 * @throws Error after too many conflicts; `name` is the subject of its sentence.
 */
export async function changeItem<State>(
  name: string,
  item: StateItem<State>,
  initial: State,
  next: (state: State) => State,
): Promise<void> {
  await untilSaved(name, async () => {
    const { state, version } = await loadItem(item, initial);
    const changed = next(state);
    return changed === state || (await item.save(changed, version)) ? true : undefined;
  });
}
