import type { ExportSettings } from '../config.ts';
import type { Transport } from '../export/transport.ts';
import { derivedIdentity, type ExporterIdentity } from '../netflow/exporter-identity.ts';
import type { NewOptionsData } from '../netflow/options.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { SlotSettings } from './exporter-slots.ts';

/** The ports of a function that exports flows. */
export interface ExportPorts {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Transport;
  /** The options data of its exporters, if they send any. */
  readonly optionsData: NewOptionsData | undefined;
}

/** Sockets and identity of an execution environment. Starts to resolve names and to load the SDK. */
export async function exportPorts(settings: ExportSettings): Promise<ExportPorts> {
  const transport = new UdpTransport(settings.collectors, { recordsPerSecond: settings.rate });
  const identity = identityOf(settings);
  transport.refresh(0).catch(() => {});
  const optionsData = await loadOptionsData(settings, transport);
  return { reserve: (units) => identity.reserve(units), transport, optionsData };
}

/** A dynamic import: v5, the default, has no options data. */
async function loadOptionsData({ version, optionsParts }: ExportSettings, transport: Transport) {
  if (version === 5 || optionsParts === 'none') return undefined;
  const { optionsDataOf } = await import('../netflow/options.ts');
  return optionsDataOf(() => (optionsParts === 'all' ? transport.localAddress : undefined));
}

function identityOf(settings: ExportSettings): ExporterIdentity {
  const { table, environment } = settings;
  if (table === undefined) return derivedIdentity(environment);
  const opening = openSlots({ ...settings, table });
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
