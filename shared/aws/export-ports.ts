import type { ExportSettings } from '../config.ts';
import { derivedIdentity, type ExporterIdentity } from '../netflow/exporter-identity.ts';
import type { Packet } from '../netflow/packet.ts';
import type { CollectorErrors, Target } from '../transport/connection.ts';
import { Sender } from '../transport/udp.ts';
import { ExporterSlots } from './exporter-slots.ts';

/** How long a delivery waits for a name to be resolved. */
const RESOLVE_MS = 1000;

/** What a function that exports needs; deadlines are times of `performance.now()`. */
export interface ExportPorts {
  readonly reserve: ExporterIdentity['reserve'];
  readonly send: (packets: readonly Packet[], deadline: number) => Promise<number>;
  /** Where the collectors are now, as far as that is known in a second. */
  readonly collectors: (deadline: number) => Promise<readonly Target[]>;
  /** What went wrong at the collectors since the last call. */
  readonly takeErrors: () => readonly CollectorErrors[];
  /** The same for those that datagrams failed at, once refusals have had time to arrive. */
  readonly settle: () => Promise<readonly CollectorErrors[]>;
}

/** Sockets and identity of one execution environment; names and SDK are on their way when it returns. */
export function exportPorts(settings: ExportSettings): ExportPorts {
  const sender = new Sender(settings.collectors, settings.rate);
  const identity = identityOf(settings);
  const patience = (deadline: number) => Math.min(RESOLVE_MS, deadline - performance.now());
  sender.refresh(RESOLVE_MS).catch(() => {});
  return {
    reserve: (units) => identity.reserve(units),
    send: (packets, deadline) => sender.send(packets, deadline),
    collectors: async (deadline) => {
      await sender.refresh(patience(deadline));
      return sender.targets;
    },
    takeErrors: () => sender.takeErrors(),
    settle: async () => {
      await sender.settle();
      return sender.takeErrors().filter(({ count }) => count > 0);
    },
  };
}

function identityOf({ table, environment, domainBase }: ExportSettings): ExporterIdentity {
  if (table === undefined) return derivedIdentity(environment);
  const slots = new ExporterSlots({ table, name: environment, domainBase });
  slots.prepare();
  return slots;
}
