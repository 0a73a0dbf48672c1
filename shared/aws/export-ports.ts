import type { Transport } from '../export/transport.ts';
import type { NewEncoder } from '../netflow/encoder.ts';
import { loadEncoder } from '../netflow/encoders.ts';
import { derivedIdentity, type ExporterIdentity } from '../netflow/exporter-identity.ts';
import type { ExportSettings } from '../settings/export.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { SlotSettings } from './exporter-slots.ts';

/** The ports of a function that exports flows. */
export interface ExportPorts {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Transport;
  /** The encoders of its exporters, with options data if they send any. */
  readonly newEncoder: NewEncoder;
}

/** Sockets and identity of an execution environment. Starts to resolve names and to load the SDK. */
export async function exportPorts(settings: ExportSettings): Promise<ExportPorts> {
  const transport = new UdpTransport(settings.collectors, { recordsPerSecond: settings.rate });
  const identity = identityOf(settings);
  transport.refresh(0).catch(() => {});
  const optionsData = await loadOptionsData(settings, transport);
  const newEncoder = await loadEncoder(settings.version, optionsData);
  const reserve: ExporterIdentity['reserve'] = async (units) => {
    const reservation = await identity.reserve(units);
    transport.share(reservation.senders ?? settings.environments);
    return reservation;
  };
  return { reserve, transport, newEncoder };
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
