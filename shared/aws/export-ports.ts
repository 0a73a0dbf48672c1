import type { ExportSettings } from '../config.ts';
import type { Transport } from '../export/transport.ts';
import { derivedIdentity, type ExporterIdentity } from '../netflow/exporter-identity.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { SlotSettings } from './exporter-slots.ts';

/** The ports of a function that exports flows. */
export interface ExportPorts {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Transport;
}

/** Sockets and identity of an execution environment. Starts to resolve names and to load the SDK. */
export function exportPorts(settings: ExportSettings): ExportPorts {
  const transport = new UdpTransport(settings.collectors, { recordsPerSecond: settings.rate });
  const identity = identityOf(settings);
  transport.refresh(0).catch(() => {});
  return { reserve: (units) => identity.reserve(units), transport };
}

function identityOf({ table, environment, domainBase }: ExportSettings): ExporterIdentity {
  if (table === undefined) return derivedIdentity(environment);
  const opening = openSlots({ table, name: environment, domainBase });
  opening.catch(() => {});
  return { reserve: async (units) => (await opening).reserve(units) };
}

/** A dynamic import: an environment without a table does not load the SDK. */
async function openSlots(settings: SlotSettings): Promise<ExporterIdentity> {
  const { ExporterSlots } = await import('./exporter-slots.ts');
  const slots = new ExporterSlots(settings);
  slots.prepare();
  return slots;
}
