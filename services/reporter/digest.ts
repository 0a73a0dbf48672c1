import type { Collected } from '../../shared/contract/ended-recording.ts';
import type { Overview } from '../../shared/contract/reporter.ts';
import type { Message } from '../../shared/notification/message.ts';
import { type Digest, writeDigestMail } from '../../shared/report/render/digest-mail.ts';
import { overviewIn, type ReportStore } from './report-store.ts';
import type { ReporterPorts } from './reporter-ports.ts';

/** The calls that a digest needs. */
type Ports = Pick<ReporterPorts, 'notify' | 'now'> & Pick<ReportStore, 'report' | 'link'>;

/** The most recordings whose pages the digest has links to. */
const MOST_LINKS = 10;

/** Sends one message about collected recordings: the dearest first, their sum, and those without a report. */
export async function sendDigest(collected: Collected, ports: Ports): Promise<void> {
  const { gatewayId, gatewayName, since, recordingIds } = collected;
  const found = await Promise.all(
    recordingIds.map(async (id) => overviewIn(id, await ports.report(id, 'json'))),
  );
  const reported = found.flat().sort(byCost);
  const links = await Promise.all(
    reported.slice(0, MOST_LINKS).map(async ({ id }) => ({ id, url: await ports.link(id) })),
  );
  const known = new Set(reported.map(({ id }) => id));
  const unreported = recordingIds.filter((id) => !known.has(id));
  const digest = { gatewayId, gatewayName, since, reported, unreported, links };
  const id = `${gatewayId}-digest-${new Date(since).toISOString().replace(/[-:]|\..*/g, '')}Z`;
  await ports.notify(id, digestMessage(id, digest, ports.now()));
}

/** The dearest first; those without a price by their bytes, after all others. */
function byCost(a: Overview, b: Overview): number {
  return (b.cost ?? -1) - (a.cost ?? -1) || b.bytes - a.bytes;
}

/** The message of a digest. */
export function digestMessage(id: string, digest: Digest, at: number): Message {
  const { gatewayId, gatewayName, since, reported, unreported } = digest;
  const gateway = { id: gatewayId, name: gatewayName };
  const priced = reported.flatMap(({ cost }) => cost ?? []);
  return {
    fact: 'recordings-digest',
    ...{ id, at, gateways: [gateway], thread: gatewayId },
    parts: writeDigestMail(digest).parts,
    detail: {
      gateway,
      since: new Date(since).toISOString(),
      recordings: [
        ...reported.map(({ id: recordingId, start, seconds, bytes, summary, cost }) => ({
          ...{ id: recordingId, start, seconds, bytes, headline: summary, cost },
        })),
        ...unreported.map((recordingId) => ({ id: recordingId })),
      ],
      totals: {
        recordings: reported.length + unreported.length,
        ...{ reported: reported.length, priced: priced.length },
        bytes: reported.reduce((sum, { bytes }) => sum + bytes, 0),
        cost: priced.reduce((sum, cost) => sum + cost, 0),
      },
    },
  };
}
