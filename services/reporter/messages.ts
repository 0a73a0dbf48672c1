import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import type { Message } from '../../shared/notification/message.ts';
import type { Headline, Report } from '../../shared/report/model/report.ts';
import type { Place } from '../../shared/report/render/mail.ts';
import type { MailText } from '../../shared/text/mail-text.ts';
import { printable } from '../../shared/text/printable.ts';
import { shorten } from '../../shared/text/shorten.ts';

/** The most characters of a name in an event: those of a tag of AWS. */
const LONGEST_NAME = 256;

/** The message of a report: its headline, what it cost, and where it is. */
export function reportMessage(
  report: Report,
  recording: EndedRecording,
  { parts }: MailText,
  { objects }: Place,
): Message {
  const { id, gatewayId, gatewayName, spikeAt, startedAt, endedAt, deliveryError } = recording;
  const { cost, totals, seconds, window } = report;
  const gateway = { id: gatewayId, name: gatewayName };
  const { bytes } = cost.total === null ? totals.forwarded : totals.throughGateway;
  return {
    fact: 'recording-reported',
    id: `${id}/reported`,
    at: Date.parse(report.writtenAt),
    gateways: [gateway],
    thread: id,
    parts,
    detail: {
      gateway,
      recording: {
        ...{ id, spikeAt: iso(spikeAt), startedAt: iso(startedAt), endedAt: iso(endedAt) },
        deliveryError,
      },
      headline: headlineOf(report.headline),
      ...{ bytes: Number(bytes), seconds, window },
      cost: {
        ...{ total: cost.total, perDay: cost.perDay, perGib: cost.perGib },
        ...{ avoidable: cost.avoidable, recording: cost.recording },
      },
      objects,
    },
    isCollected: recording.collected,
  };
}

function headlineOf({ text, kind, source, name, target, bytes, share, cost }: Headline) {
  return {
    ...{ text, kind, source, name: name && named(name), target: target && named(target) },
    ...{ bytes: Number(bytes), share, cost },
  };
}

function named(name: string): string {
  return shorten(printable(name), LONGEST_NAME);
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
