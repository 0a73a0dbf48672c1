import { type Aws, broken, CONFLICT, REFUSED, UNSURE } from './aws.ts';
import type { Answer, Call, Program } from './program.ts';
import { type Delivery, type Parts, type Run, spend, type World } from './world.ts';

/** A transition: its name, and a function for the world after it. Returns a promise only if the controller must run. */
export type Transition = readonly [label: string, () => World | Promise<World>];

/** The outcome of a call. Without an answer, the caller has crashed. */
interface Outcome {
  readonly how: string;
  readonly world: World;
  readonly answer?: Answer;
}

const READS: readonly string[] = ['flowLogs', 'alarms', 'load'];
const REFUSABLE: readonly string[] = ['arm', 'create', 'deleteFlowLogs'];

/** Runs of the function in a world, one call of one run at a time. */
export class Runs {
  readonly #program: Program;
  readonly #parts: Parts;
  readonly #aws: Aws;

  constructor(program: Program, parts: Parts, aws: Aws) {
    this.#program = program;
    this.#parts = parts;
    this.#aws = aws;
  }

  /** Invokes the function. It may end at once, or wait for its first answer. */
  async invoke(world: World, { event, attempts }: Delivery): Promise<World> {
    const point = await this.#program.begin(event);
    return await this.#arrive(world, { point, attempts, isDisturbed: false }, world.runs.value);
  }

  /** All possible outcomes of the run's next call. */
  *steps(world: World, run: Run): Generator<Transition> {
    for (const call of run.point.waiting) yield* this.outcomesOf(world, run, call);
  }

  *outcomesOf(world: World, run: Run, call: Call): Generator<Transition> {
    for (const outcome of this.#outcomes(world, call)) {
      const label = `${run.point.event.name}: ${call.port}${outcome.how && `, ${outcome.how}`}`;
      yield [label, () => this.#hear(outcome, run, call)];
    }
  }

  /** The run's next call, without a fault. */
  step(world: World, run: Run): Transition | undefined {
    const [call] = run.point.waiting;
    if (call === undefined) return undefined;
    const [after, answer] = this.#aws.perform(world, call);
    const outcome = { how: '', world: after, answer };
    return [`${run.point.event.name}: ${call.port}`, () => this.#hear(outcome, run, call)];
  }

  *#outcomes(world: World, call: Call): Generator<Outcome> {
    const [done, answer] = this.#aws.perform(world, call);
    yield { how: '', world: done, answer };
    const { staleAnswers, faults } = world.left.value;
    const stale = staleAnswers > 0 ? this.#aws.stale(world, call) : undefined;
    if (stale !== undefined) {
      yield { how: 'stale', world: spend(this.#parts, world, 'staleAnswers'), answer: stale };
    }
    if (faults === 0) return;
    const undone = spend(this.#parts, world, 'faults');
    yield { how: 'throttled', world: undone, answer: UNSURE };
    yield { how: 'crash before', world: undone };
    if (REFUSABLE.includes(call.port)) yield { how: 'refused', world: undone, answer: REFUSED };
    if (!READS.includes(call.port))
      yield* this.#unheard({ ...done, left: undone.left }, call, answer);
  }

  *#unheard(done: World, call: Call, answer: Answer): Generator<Outcome> {
    yield { how: 'answer lost', world: done, answer: UNSURE };
    yield { how: 'crash after', world: done };
    if (call.port === 'save' && answer !== CONFLICT) {
      yield { how: 'conflict with itself', world: done, answer: CONFLICT };
    }
  }

  #hear({ how, world, answer }: Outcome, run: Run, call: Call): World | Promise<World> {
    const others = world.runs.value.filter((other) => other !== run);
    if (answer === undefined) return this.#limitAttempts(this.#retry(world, run, others));
    const isDisturbed = run.isDisturbed || (how !== '' && answer.error !== undefined);
    const point = this.#program.resume(run.point, call.port, answer, world.now);
    const next = after(point, (reached) =>
      this.#arrive(world, { ...run, point: reached, isDisturbed }, others),
    );
    return how === '' ? next : after(next, (reached) => this.#limitAttempts(reached));
  }

  /** The world after a run has reached a point: its end, or its next calls. */
  #arrive(world: World, run: Run, others: readonly Run[]): World | Promise<World> {
    const { waiting, end } = run.point;
    if (end !== undefined) return this.#end(world, run, others);
    const survey = waiting.find(isSurvey);
    if (survey === undefined) return { ...world, runs: this.#parts.runs([...others, run]) };
    // A sweep repeats these queries for each gateway, so the time of the first answers hardly matters.
    const [, answer] = this.#aws.perform(world, survey);
    const point = this.#program.resume(run.point, survey.port, answer, world.now);
    return after(point, (reached) => this.#arrive(world, { ...run, point: reached }, others));
  }

  #end(world: World, run: Run, others: readonly Run[]): World {
    const { failure } = run.point.end ?? {};
    if (failure === undefined) return { ...world, runs: this.#parts.runs(others) };
    const wrong = run.isDisturbed ? undefined : `failed without need: ${failure}`;
    return this.#retry(broken(world, wrong), run, others);
  }

  /** Limits attempts to the faults that are left, because more attempts make no difference. */
  #limitAttempts(world: World): World {
    const { faults } = world.left.value;
    const runs = world.runs.value.map((run) => {
      const most = 1 + faults + (run.isDisturbed ? 1 : 0);
      return run.attempts > most ? { ...run, attempts: most } : run;
    });
    const queue = world.queue.value.map(({ event, attempts }) => ({
      event,
      attempts: Math.min(attempts, 1 + faults),
    }));
    return { ...world, runs: this.#parts.runs(runs), queue: this.#parts.queue(queue) };
  }

  #retry(world: World, { point, attempts }: Run, others: readonly Run[]): World {
    const runs = this.#parts.runs(others);
    if (attempts === 1) return { ...world, runs };
    const again = { event: point.event, attempts: attempts - 1 };
    return { ...world, runs, queue: this.#parts.queue([...world.queue.value, again]) };
  }
}

function after<T>(value: T | Promise<T>, then: (value: T) => World | Promise<World>) {
  return value instanceof Promise ? value.then(then) : then(value);
}

function isSurvey({ port, args }: Call): boolean {
  return port === 'list' || (args[0] === undefined && (port === 'flowLogs' || port === 'alarms'));
}
