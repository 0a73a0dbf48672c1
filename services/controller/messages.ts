import type { Fact } from '../../shared/notification/facts.ts';
import type { Message, NamedGateway } from '../../shared/notification/message.ts';
import type { RecordingPrice } from '../../shared/prices/prices.ts';
import { type BudgetNotification, budgetKey } from './budget.ts';
import { writeBudgetMail } from './budget-mails.ts';
import { isQuiet } from './digest.ts';
import { newsMail } from './following/news-mail.ts';
import type { NewsMail, WatchNews } from './following/told.ts';
import type { Place } from './mail-parts.ts';
import { writeMail } from './mails.ts';
import { reportRequest } from './report-request.ts';
import { readSpike } from './spike-reason.ts';
import { type Notification, notificationKey, type Recording, type Watch } from './watch.ts';

const FACT_OF = {
  ...{ started: 'recording-started', finished: 'recording-ended', failed: 'recording-failed' },
  ...{ capped: 'recording-limit-reached', orphaned: 'flow-logs-removed' },
  digest: 'recordings-digest',
} as const satisfies Readonly<Record<Notification['kind'], Fact>>;

/** A notification of a gateway as a message. `now` is the time of facts that have none of their own. */
export function messageOf(
  notification: Notification,
  watch: Watch,
  place: Place,
  now: number,
): Message {
  const gateway = { id: watch.gatewayId, name: watch.state.gatewayName };
  const key = notificationKey(notification).replaceAll(' ', '/').slice(0, 200);
  return {
    fact: FACT_OF[notification.kind],
    id: `${place.stack}/${watch.gatewayId}/${key}`,
    at: timeOf(notification) ?? now,
    gateways: [gateway],
    thread: threadOf(notification) ?? watch.gatewayId,
    parts: writeMail(notification, watch, place).parts,
    detail: { gateway, ...detailOf(notification, watch, place) },
    isCollected: isQuiet(notification),
  };
}

function timeOf(notification: Notification): number | undefined {
  if (notification.kind === 'started') return notification.recording.startedAt;
  return notification.kind === 'finished' ? notification.recording.endedAt : undefined;
}

function threadOf(notification: Notification): string | undefined {
  if ('recording' in notification) return notification.recording.id;
  return notification.kind === 'failed' ? notification.recordingId : undefined;
}

/** The members of the detail, as docs/events describes them. */
function detailOf(notification: Notification, watch: Watch, { report, noReport }: Place) {
  const limit = watch.rules.numOfRecordings || undefined;
  switch (notification.kind) {
    case 'started': {
      const { recording, counted } = notification;
      const spike = readSpike(recording.reasonData);
      const rates = spike && { bytesPerMinute: spike.now, threshold: spike.threshold };
      return { recording: recordingOf(recording), number: counted, limit, ...rates };
    }
    case 'finished': {
      const { recording, counted } = notification;
      const request = report && reportRequest(notification, watch, report.delay);
      const reportAt = noReport === undefined ? iso(request?.at) : undefined;
      return { recording: recordingOf(recording), number: counted, limit, reportAt };
    }
    case 'failed': {
      const { recordingId, doing, reason } = notification;
      return { recording: { id: recordingId }, doing, reason };
    }
    case 'capped':
      return { spikeAt: iso(notification.spikeAt), limit: notification.cap };
    case 'orphaned':
      return { flowLogIds: notification.flowLogIds, number: notification.counted, limit };
    case 'digest':
      return {
        since: iso(notification.since),
        recordings: notification.recordingIds.map((id) => ({ id })),
      };
  }
}

function recordingOf(recording: Recording) {
  const { id, cause, spikeAt, startedAt, deadline, endedAt, ending, deliveryError } = recording;
  return {
    ...{ id, cause, spikeAt: iso(spikeAt), startedAt: iso(startedAt), endsBy: iso(deadline) },
    ...{ endedAt: iso(endedAt), ending, deliveryError },
  };
}

/** A notification of the budget as a message. */
export function budgetMessage(
  notification: BudgetNotification,
  prices: readonly RecordingPrice[],
  place: Place,
): Message {
  const { kind, at } = notification;
  const fact = kind === 'reached' ? 'budget-reached' : 'budget-unknown';
  return {
    ...{ fact, at, gateways: [], thread: `${place.stack}/${fact}` },
    id: `${place.stack}/${budgetKey(notification).replaceAll(' ', '/')}`,
    parts: writeBudgetMail(notification, prices, place).parts,
    detail: kind === 'reached' ? budgetOf(notification) : { reason: notification.reason },
  };
}

function budgetOf({
  by,
  limits,
  usage,
  ended,
  spikes,
}: Extract<BudgetNotification, { kind: 'reached' }>) {
  const named = ({ gatewayId: id, gatewayName: name }: (typeof ended)[number]) => ({ id, name });
  return {
    reached: by === 'dollars' ? 'MonthlyBudget' : 'MonthlyRecordingHours',
    limits: { dollars: limits.dollars, seconds: limits.recordingTime / 1000 },
    usage: {
      ...{ since: iso(usage.since), until: iso(usage.until), bytes: usage.bytes },
      ...{ dollars: usage.dollars, expectedDollars: usage.expectedDollars },
      seconds: usage.recordingTime / 1000,
    },
    ended: ended.map(named),
    notRecorded: spikes.map(named),
  };
}

/** An event has 256 KB at most, and the name of a gateway up to 1 KB. */
const MOST_GATEWAYS = 100;

/** Gateways that are followed, and those that no longer are, as messages of so many as an event can hold. */
export function newsMessages(
  { added, removed, claimedAt, at = claimedAt }: NewsMail,
  place: Place,
): Message[] {
  const messageFor = (fact: Fact, gateways: readonly NamedGateway[], news: WatchNews): Message => ({
    ...{ fact, at, gateways, thread: `${place.stack}/gateways` },
    id: `${place.stack}/${fact}/${gateways[0]?.id}/${iso(at)}`,
    parts: newsMail(news, place).parts,
    detail: { gateways },
  });
  return [
    ...chunks(added).map((some) =>
      messageFor('gateways-followed', some, { added: some, removed: [] }),
    ),
    ...chunks(removed).map((some) =>
      messageFor('gateways-no-longer-followed', some, { added: [], removed: some }),
    ),
  ];
}

function chunks<T>(all: readonly T[]): T[][] {
  const starts = Array.from({ length: Math.ceil(all.length / MOST_GATEWAYS) }, (_, index) => index);
  return starts.map((start) => all.slice(start * MOST_GATEWAYS, (start + 1) * MOST_GATEWAYS));
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
