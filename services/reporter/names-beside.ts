import { buffer, text } from 'node:stream/consumers';
import { decompress } from '../../shared/flowlog/decompress.ts';
import { AsnDatabase } from '../../shared/names/asn-database.ts';
import { mergeNames, type NameList } from '../../shared/names/claim.ts';
import { readNames } from '../../shared/names/read-names.ts';
import { readQueryLog } from '../../shared/names/read-query-log.ts';
import { ResolvedNames } from '../../shared/names/resolved-names.ts';
import { size } from '../../shared/text/units.ts';
import type { ArchivedText, ReporterPorts } from './reporter-ports.ts';

type Ports = Pick<ReporterPorts, 'names' | 'queryLogs' | 'asn' | 'warn'>;

/** Pods that came and went are in lists from this long before a recording. */
const PODS_MS = 3_600_000;
/** An address may have been looked up long before its flows. */
const LOOKUPS_MS = 86_400_000;
/** Known databases of AS numbers have some 10 MB, with countries some 60 MB. */
const MOST_ASN_BYTES = 134_217_728;

/**
 * The files of names in the archive, the domain names in its query logs, and its database of AS numbers. What cannot be read is warned of, because
 * a report can do without.
 */
export async function readNamesBeside(ports: Ports, from: Date, until: Date) {
  const lists: NameList[] = [];
  await each(ports, ports.names(before(from, PODS_MS), until), async ({ name, pieces }) => {
    lists.push(readNames(await text(decompress(pieces)), name));
  });
  const resolved = new ResolvedNames();
  let records = 0;
  await each(ports, ports.queryLogs(before(from, LOOKUPS_MS), until), async ({ pieces }) => {
    records += await readQueryLog(pieces, resolved);
  });
  resolved.seal();
  let asns: AsnDatabase | undefined;
  await each(ports, ports.asn(), async ({ name, pieces }) => {
    asns = new AsnDatabase(await buffer(bounded(pieces)), name);
  });
  return {
    asns,
    names: lists.length > 0 ? mergeNames(lists) : undefined,
    resolved: records > 0 ? resolved : undefined,
  };
}

async function* bounded(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > MOST_ASN_BYTES) throw new Error(`larger than ${size(MOST_ASN_BYTES)}`);
    yield piece;
  }
}

function before(time: Date, milliseconds: number): Date {
  return new Date(time.getTime() - milliseconds);
}

async function each(
  { warn }: Ports,
  objects: AsyncIterable<ArchivedText>,
  read: (object: ArchivedText) => Promise<void>,
): Promise<void> {
  try {
    for await (const object of objects) {
      await read(object).catch((error: Error) => {
        const { message } = error;
        warn(message.startsWith(object.name) ? message : `${object.name}: ${message}`);
      });
    }
  } catch (error) {
    warn((error as Error).message);
  }
}
