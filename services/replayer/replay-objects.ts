import { errorAbout } from '../../shared/error-about.ts';
import { ExportRun, findCollectors } from '../../shared/export/export-run.ts';
import type { ExportSummary } from '../../shared/export/summary.ts';
import type { Transport } from '../../shared/export/transport.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import type { NewEncoder } from '../../shared/netflow/encoder.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import type { ExporterIdentity } from '../../shared/netflow/exporter-identity.ts';
import type { ReplayerSettings } from '../../shared/settings/export.ts';
import type { ObjectName, Task } from './events.ts';

/** The replayer's ports. */
export interface Ports {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Transport;
  readonly newEncoder: NewEncoder;
  /** Opens an object; undefined when it does not exist. Rejects when the signal aborts, also while reading. */
  readonly read: (
    name: ObjectName,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<Uint8Array> | undefined>;
  readonly remove: (name: ObjectName) => Promise<void>;
}

/** The result of one object. With an error, it is retried. */
export interface Outcome {
  readonly name: ObjectName;
  /** Undefined when the object could not be read. */
  readonly summary: ExportSummary | undefined;
  readonly deleted: boolean;
  readonly error: string | undefined;
}

/** The result of an event: its objects, and the tasks that must be redelivered. */
export interface Result {
  readonly outcomes: readonly Outcome[];
  readonly failed: readonly Task[];
}

type Settings = Pick<
  ReplayerSettings,
  | 'collectors'
  | 'version'
  | 'legs'
  | 'isToldLegs'
  | 'format'
  | 'session'
  | 'optionsParts'
  | 'deleteAfterSuccess'
>;

/** Packets per reservation, because each reservation is a round trip. */
const BATCH_PACKETS = 512;
const NO_TIME = 'no time left to go on';

/** Replays the objects of all tasks one after the other. A task that misses the deadline fails. */
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
  let run: ExportRun | undefined;
  const late = AbortSignal.timeout(Math.max(0, Math.floor(deadline - performance.now())));
  const outcome = (deleted: boolean, error?: string): Outcome => {
    return { name, summary: run?.summary, deleted, error };
  };
  try {
    if (performance.now() >= deadline) throw new Error('no time left to begin');
    const bytes = await ports.read(name, late);
    // A message may be delivered twice, and its object deleted after the first time.
    if (bytes === undefined) return outcome(false);
    run = await newRun(settings, ports, deadline);
    await run.read(name.key, readFlowLog(bytes));
    if (run.isStopped) throw new Error(NO_TIME);
    return outcome(await conclude(name, run.summary, settings, ports));
  } catch (cause) {
    const url = `s3://${name.bucket}/${name.key}`;
    return outcome(false, errorAbout(url, late.aborted ? NO_TIME : cause).message);
  }
}

async function newRun(settings: Settings, ports: Ports, deadline: number): Promise<ExportRun> {
  const { version, session, legs, format, optionsParts } = settings;
  await findCollectors(ports.transport, deadline);
  const { newEncoder } = ports;
  const exporter = new Exporter({ version, newEncoder, domain: 0, ...session });
  const leftOut = ports.transport.targets;
  return new ExportRun(exporter, ports, {
    legs,
    format,
    leftOut,
    namesInterfaces: optionsParts === 'all',
    batchPackets: BATCH_PACKETS,
    deadline,
  });
}

/** @throws Error when no collector can have received the whole object. */
async function conclude(
  name: ObjectName,
  { encoded, malformed, notExportable }: ExportSummary,
  settings: Settings,
  { transport, remove }: Ports,
): Promise<boolean> {
  await transport.settle();
  const errors = transport.takeErrors().filter(({ count }) => count > 0);
  if (encoded.datagrams > 0 && errors.length >= settings.collectors.length) {
    throw new Error(errors.map(({ collector, message }) => `${collector}: ${message}`).join('; '));
  }
  const isWhole = errors.length + malformed + notExportable === 0;
  // What was left out may be wanted yet, and what was sent of an unknown bucket too, as one leg.
  const isDone = isWhole && encoded.records > 0 && settings.isToldLegs;
  if (!settings.deleteAfterSuccess || !isDone) return false;
  await remove(name);
  return true;
}
