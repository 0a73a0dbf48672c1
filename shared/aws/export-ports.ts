import type { ExportSettings } from '../config.ts';
import { derivedIdentity, type ExporterIdentity } from '../netflow/exporter-identity.ts';
import type { Packet } from '../netflow/packet.ts';
import type { CollectorErrors, Target } from '../transport/connection.ts';
import type { Sent } from '../transport/transfer.ts';
import { Sender } from '../transport/udp.ts';
import type { SlotSettings } from './exporter-slots.ts';

/** What a function that exports needs; deadlines are times of `performance.now()`. */
export interface ExportPorts {
  readonly reserve: ExporterIdentity['reserve'];
  readonly send: (packets: readonly Packet[], deadline: number) => Promise<Sent>;
  /** Looks up the collectors' names where that is due; takes half of the time there is at most. */
  readonly resolve: (deadline: number) => Promise<void>;
  /** Where the collectors are, as far as that is known. */
  readonly collectors: () => readonly Target[];
  /** What went wrong at the collectors since the last call. */
  readonly takeErrors: () => readonly CollectorErrors[];
  /** The same for those that datagrams failed at, once refusals have had time to arrive. */
  readonly settle: () => Promise<readonly CollectorErrors[]>;
}

/** Sockets and identity of one execution environment; names and SDK are on their way when it returns. */
export function exportPorts(settings: ExportSettings): ExportPorts {
  const sender = new Sender(settings.collectors, { recordsPerSecond: settings.rate });
  const identity = identityOf(settings);
  sender.refresh(0).catch(() => {});
  return {
    reserve: (units) => identity.reserve(units),
    send: (packets, deadline) => sender.send(packets, deadline),
    resolve: (deadline) => sender.refresh((deadline - performance.now()) / 2),
    collectors: () => sender.targets,
    takeErrors: () => sender.takeErrors(),
    settle: async () => {
      await sender.settle();
      return sender.takeErrors().filter(({ count }) => count > 0);
    },
  };
}

function identityOf({ table, environment, domainBase }: ExportSettings): ExporterIdentity {
  if (table === undefined) return derivedIdentity(environment);
  const opening = openSlots({ table, name: environment, domainBase });
  opening.catch(() => {});
  return { reserve: async (units) => (await opening).reserve(units) };
}

/** Imported here: an environment without a table does not load it. */
async function openSlots(settings: SlotSettings): Promise<ExporterIdentity> {
  const { ExporterSlots } = await import('./exporter-slots.ts');
  const slots = new ExporterSlots(settings);
  slots.prepare();
  return slots;
}
