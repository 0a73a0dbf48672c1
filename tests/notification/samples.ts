import { budgetMessage, messageOf, newsMessages } from '../../services/controller/messages.ts';
import { digestMessage } from '../../services/reporter/digest.ts';
import { reportMessage } from '../../services/reporter/messages.ts';
import { monthMessage } from '../../services/reporter/month.ts';
import type { Message, Sender } from '../../shared/notification/message.ts';
import { recordingPrices } from '../../shared/prices/prices.ts';
import { monthReport } from '../../shared/report/model/month.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { at, failed, place, recording, watch } from '../controller/sample-mail.ts';
import { asGateways, INTERFACE, reportOn, storyLines, storyNetwork } from '../reporter/story.ts';
import { summaryOfStory } from '../support/summaries.ts';

export const SENDER: Sender = {
  ...{ stack: 'natflow', region: 'us-east-1', partition: 'aws', account: '123456789012' },
};

const NOW = at('10:28:40');
const { gatewayId } = watch;
const gatewayName = 'prod-egress-a';
const over = { ...recording, phase: 'stopping', endedAt: NOW, ending: 'ok' } as const;
const ofGateway = (notification: Parameters<typeof messageOf>[0]) =>
  messageOf(notification, watch, place, NOW);

const budget = (notification: Parameters<typeof budgetMessage>[0]) =>
  budgetMessage(notification, recordingPrices('us-east-1', false), place);

/** The message of a report as the reporter makes it. */
export function reported(report: Report, name: string | undefined = gatewayName): Message {
  const { id, spikeAt, startedAt = 0 } = recording;
  const reportUrl = `https://archive.example/reports/${id}/report.html?X-Amz-Expires=604800`;
  const { dashboardUrl } = place;
  const objects = {
    page: `s3://natflow-archive/reports/${id}/report.html`,
    lines: 's3://natflow-archive/flows/2026/11/22/10/',
  };
  return reportMessage(
    report,
    { ...{ id, gatewayId, gatewayName: name, spikeAt, startedAt }, endedAt: NOW },
    writeMail(report, { reportUrl, dashboardUrl, recordingsLeft: '7 of 10' }),
    { objects },
  );
}

const report = reportOn(
  storyLines(),
  { network: storyNetwork(), gateway: { id: gatewayId, name: gatewayName } },
  asGateways(INTERFACE),
);

const idOf = (hour: number) => `${gatewayId}-20261122T${hour}1430Z-1`;

function digest(): Message {
  const collected = [23, 22, 21].map((hour) => overviewOf(idOf(hour), report));
  return digestMessage(
    `${gatewayId}-digest-20261122T102840Z`,
    {
      ...{ gatewayId, gatewayName, since: NOW, reported: collected, unreported: [idOf(20)] },
      links: [{ id: idOf(23), url: `https://archive.example/reports/${idOf(23)}/report.html` }],
    },
    at('23:59:00'),
  );
}

/** The month of the report, from all accounts. */
function month(): Message {
  const from = 's3://co-natflow/recordings';
  const read = { summaries: [summaryOfStory()], unread: [], newer: 0 };
  const now = Date.UTC(2026, 11, 1, 8);
  const line = 'aws s3 cp s3://natflow-archive/reports/month/2026-11.txt . --region us-east-1';
  return monthMessage(
    monthReport(read, { month: '2026-11', now, from }),
    [{ purpose: 'Copy the tables as text', line }],
    now,
  );
}

/** A message of every fact. */
export const MESSAGES: readonly Message[] = [
  ofGateway({ kind: 'started', recording, counted: 3 }),
  ofGateway({ kind: 'finished', recording: over, counted: 3 }),
  reported(report),
  ofGateway(failed('start', 'ec2:CreateFlowLogs: access denied')),
  ofGateway({ kind: 'capped', spikeAt: at('10:14:00'), cap: 10 }),
  ofGateway({ kind: 'orphaned', flowLogIds: ['fl-0d41'], counted: 4 }),
  digest(),
  month(),
  budget({
    ...{ kind: 'reached', at: NOW, by: 'dollars', limits: { dollars: 20, recordingTime: 0 } },
    usage: {
      ...{ since: Date.UTC(2026, 10), until: Date.UTC(2026, 11), bytes: 50 * 2 ** 30 },
      ...{ dollars: 19, expectedDollars: 20.01, recordingTime: 12_600_000 },
    },
    ended: [{ gatewayId, gatewayName }],
    spikes: [{ gatewayId: 'nat-0d22aa22bb33cc44d' }],
  }),
  budget({ kind: 'unmetered', at: NOW, reason: 'cloudwatch:GetMetricData: throttled' }),
  ...newsMessages(
    {
      added: [{ id: 'nat-0d22aa22bb33cc44d', name: 'prod-egress-b' }],
      removed: [{ id: 'nat-0e33aa22bb33cc44d', name: 'old', isDeleted: true }],
      claimedAt: NOW,
    },
    place,
  ),
];
