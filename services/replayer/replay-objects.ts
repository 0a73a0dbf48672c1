import type { ReplayerSettings } from '../../shared/config.ts';
import { errorAbout } from '../../shared/error-about.ts';
import type { Endpoint } from '../../shared/flow/selection.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { addExported, type Exported, NOTHING_EXPORTED } from '../../shared/netflow/exported.ts';
import type { ExporterIdentity } from '../../shared/netflow/exporter-identity.ts';
import type { Packet } from '../../shared/netflow/packet.ts';
import { Replay, type ReplayOptions, type ReplaySummary } from '../../shared/replay.ts';
import type { ObjectName, Task } from './events.ts';

/** What the replayer needs of the world; deadlines are times of `performance.now()`. */
export interface Ports {
  readonly reserve: ExporterIdentity['reserve'];
  /** Resolves with how many collectors' sockets took each packet, and whether the deadline came first. */
  readonly send: (
    packets: readonly Packet[],
    deadline: number,
  ) => Promise<{ readonly taken: readonly number[]; readonly isLate: boolean }>;
  /** Resolves when it is known where the collectors are, or will not be in time. */
  readonly resolve: (deadline: number) => Promise<void>;
  readonly collectors: () => readonly Endpoint[];
  /** Resolves with the collectors that datagrams have failed at since the last call. */
  readonly settle: () => Promise<
    readonly { readonly collector: string; readonly message: string }[]
  >;
  /** Undefined when there is no such object; rejects, as its bytes do, when the signal aborts. */
  readonly read: (
    name: ObjectName,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<Uint8Array> | undefined>;
  readonly remove: (name: ObjectName) => Promise<void>;
}

/** What became of one object; an error means that it is to be tried again. */
interface Outcome {
  readonly name: ObjectName;
  /** Undefined when it could not be read. */
  readonly summary: ReplaySummary | undefined;
  readonly exported: Exported;
  readonly deleted: boolean;
  readonly error: string | undefined;
}

/** What became of an event: its objects, and the tasks that have to come again. */
export interface Result {
  readonly outcomes: readonly Outcome[];
  readonly failed: readonly Task[];
}

type Settings = Pick<
  ReplayerSettings,
  'collectors' | 'version' | 'legs' | 'format' | 'session' | 'deleteAfterSuccess'
>;

const NO_TIME = 'no time left to go on';

/** Replays the objects of all tasks one after the other. What there is no time for has failed. */
export async function replayTasks(
  tasks: readonly Task[],
  settings: Settings,
  ports: Ports,
  deadline: number,
): Promise<Result> {
  const outcomes: Outcome[] = [];
  const failed: Task[] = [];
  for (const task of tasks) {
    let isFailed = task.fault !== undefined;
    for (const name of task.objects) {
      const outcome = await replayObject(name, settings, ports, deadline);
      outcomes.push(outcome);
      isFailed ||= outcome.error !== undefined;
    }
    if (isFailed) failed.push(task);
  }
  return { outcomes, failed };
}

async function replayObject(
  name: ObjectName,
  settings: Settings,
  ports: Ports,
  deadline: number,
): Promise<Outcome> {
  let exported = NOTHING_EXPORTED;
  let run: Replay | undefined;
  const late = AbortSignal.timeout(Math.max(0, Math.floor(deadline - performance.now())));
  const send = async (packets: readonly Packet[]) => {
    const { taken, isLate } = await ports.send(packets, deadline);
    exported = addExported(exported, packets, taken);
    if (isLate) run?.stop();
  };
  const outcome = (deleted: boolean, error?: string): Outcome => {
    return { name, summary: run?.summary, exported, deleted, error };
  };
  try {
    if (performance.now() >= deadline) throw new Error('no time left to begin');
    const bytes = await ports.read(name, late);
    // A message may come twice, and the object may have been deleted after the first.
    if (bytes === undefined) return outcome(false);
    run = await newReplay(settings, ports, deadline, send);
    await run.file(name.key, readFlowLog(bytes));
    if (run.isStopped) throw new Error(NO_TIME);
    return outcome(await conclude(name, run, settings, ports));
  } catch (cause) {
    const url = `s3://${name.bucket}/${name.key}`;
    return outcome(false, errorAbout(url, late.aborted ? NO_TIME : cause).message);
  }
}

async function newReplay(
  settings: Settings,
  ports: Ports,
  deadline: number,
  send: ReplayOptions['send'],
): Promise<Replay> {
  await ports.resolve(deadline);
  return new Replay({
    ...settings,
    domain: 0,
    ...settings.session,
    reserve: ports.reserve,
    leftOut: ports.collectors(),
    send,
  });
}

/** @throws Error when no collector can have got all of the object. */
async function conclude(name: ObjectName, run: Replay, settings: Settings, ports: Ports) {
  const errors = await ports.settle();
  if (run.summary.datagrams > 0 && errors.length >= settings.collectors.length) {
    throw new Error(errors.map(({ collector, message }) => `${collector}: ${message}`).join('; '));
  }
  const { malformed, notExportable } = run.summary;
  const isWhole = errors.length + malformed + notExportable === 0;
  if (!settings.deleteAfterSuccess || !isWhole) return false;
  await ports.remove(name);
  return true;
}
