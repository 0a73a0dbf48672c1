import type { DataRecord, Header, Packet } from '../../shared/collector/decode/packet.ts';
import { Decoder } from '../../shared/collector/decode.ts';
import { type Format, parseFormat } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { Exporter } from '../../shared/netflow/exporter.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { type NewExporterOptions, newExporter } from './new-exporter.ts';

/** The default time of export, long after all flows of the tests. */
export const NOW_SECONDS = 1_700_000_000;

export interface Exported {
  readonly packets: readonly Packet[];
  readonly headers: readonly Header[];
  /** Flow records, options data left out. */
  readonly flows: readonly DataRecord[];
  readonly sizes: readonly number[];
  readonly exporter: Exporter;
}

/** Passes lines through parser and exporter and decodes the packets, which must have no faults. */
export function exportLines(
  version: Version,
  format: string | Format,
  lines: readonly string[],
  options: Partial<NewExporterOptions> = {},
): Exported {
  const exporter = newExporter({ version, domain: 7, now: () => NOW_SECONDS * 1000, ...options });
  const parser = new FlowLogParser({
    format: typeof format === 'string' ? parseFormat(format) : format,
    onFlow: (flow) => {
      exporter.nameInterface(flow.interfaceIndex, parser.interfaceName);
      exporter.add(flow);
    },
  });
  parser.write(Buffer.from(`${lines.join('\n')}\n`));
  parser.end();
  const decoder = new Decoder();
  const bytes = exporter.finish().map((packet) => packet.bytes);
  const packets = bytes.map((datagram) => decoder.decode(datagram, 'test'));
  const fault = packets.find(({ error, unknownTemplates }) => error || unknownTemplates.length > 0);
  if (fault) throw new Error(`a packet does not decode: ${fault.error ?? 'template missing'}`);
  return {
    packets,
    headers: packets.flatMap(({ header }) => header ?? []),
    flows: packets.flatMap(({ records }) => records).filter(({ options }) => !options),
    sizes: bytes.map(({ length }) => length),
    exporter,
  };
}
