import { type ExportOptions, type ExportPorts, ExportRun } from '../../shared/export/export-run.ts';
import { textSource } from '../../shared/flowlog/text-source.ts';
import { identityInMemory } from '../../shared/netflow/exporter-identity.ts';
import { type NewExporterOptions, newExporter } from './new-exporter.ts';

/** A flow of 840 bytes in AWS's default format. */
export const FLOW =
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
const NODATA = '2 123456789012 eni-1 - - - - - - - 1700000000 1700000058 - NODATA';
const NONFLOW = '2 123456789012 eni-1 - - - - - - - 1700000000 1700000058 - OK';
export const IPV6 = FLOW.replace('10.0.0.1', '2001:db8::1').replace('10.0.0.2', '2001:db8::2');
/** A line of each kind, including a blank one. */
export const ALL_KINDS = [
  FLOW,
  NODATA,
  NODATA.replace('NODATA', 'SKIPDATA'),
  NONFLOW,
  IPV6,
  'x',
  '',
  FLOW,
];

/** A text in pieces of this many characters. */
export async function* piecesOf(text: string, size = text.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

/** A text as a source that is read in pieces of this many characters. */
export const sourceOf = (text: string, size?: number) => textSource(piecesOf(text, size));

export type Send = ExportPorts['transport']['send'];
export type Given = Partial<
  ExportOptions &
    Pick<NewExporterOptions, 'version' | 'options'> & { send: Send } & Pick<ExportPorts, 'reserve'>
>;

/** An export into an array; by default of all legs and in IPFIX. */
export function exportInto(sent: Uint8Array[], given: Given = {}): ExportRun {
  const {
    version = 10,
    options: optionsData,
    reserve = identityInMemory(1).reserve,
    ...options
  } = given;
  const send: Send = async (packets) => {
    for (const { bytes } of packets) sent.push(Uint8Array.from(bytes));
    return { taken: packets.map(() => 1), isLate: false };
  };
  const ports = { reserve, transport: { send: options.send ?? send } };
  return new ExportRun(newExporter({ version, domain: 1, options: optionsData }), ports, {
    legs: 'all',
    ...options,
  });
}
