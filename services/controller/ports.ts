import type { Collected, EndedRecording } from '../../shared/contract/ended-recording.ts';
import {
  type AlarmNames,
  alarmName,
  alarmNamePrefix,
  followedAlarmName,
} from '../../shared/gateway/nat-gateway.ts';
import { attributesOf, eventOf } from '../../shared/notification/event.ts';
import { senderOf } from '../../shared/notification/message.ts';
import { send, type Ways } from '../../shared/notification/send.ts';
import { sendEach } from '../../shared/notification/send-each.ts';
import { recordingPrices } from '../../shared/prices/prices.ts';
import type { ControllerSettings } from '../../shared/settings/controller.ts';
import type { StateItem } from '../../shared/state-item.ts';
import type { BudgetState } from './budget.ts';
import { byGateway } from './events.ts';
import type { FollowPorts } from './following/following.ts';
import { newsMail } from './following/news-mail.ts';
import type { NewsMail } from './following/told.ts';
import { budgetMessage, newsMessages } from './messages.ts';
import { type NotifySettings, notify } from './notify.ts';
import type { BudgetPorts, Ports } from './reconcile.ts';
import type { Alarm, Rules } from './watch.ts';

/** The AWS calls that the ports are made of. */
interface Calls
  extends Omit<Ports, 'rules' | 'now' | 'alarms' | 'arm' | 'look' | 'notify' | 'budget'>,
    Ways {
  /** The alarms of the account and region with these names, or whose names begin with this prefix. */
  alarms(which: AlarmNames): Promise<readonly (Alarm & { readonly name: string })[]>;
  arm(target: string, gatewayId: string, recordingId: string, at: number): Promise<void>;
  look(target: string, gatewayId: string, recordingId: string, at: number): Promise<void>;
  budgetItem: StateItem<BudgetState>;
  metered: BudgetPorts['metered'];
  orderReport(reporter: string, at: number, recording: EndedRecording): Promise<void>;
  orderDigest(reporter: string, at: number, collected: Collected): Promise<void>;
}

type BudgetSettings = Pick<
  ControllerSettings,
  'monthlyBudget' | 'monthlyRecordingTime' | 'logGroup'
>;

/** The ports of one invocation. Timers invoke the function `self`, an ARN; `write` takes lines of metrics. */
export function portsOf(
  calls: Calls,
  settings: Rules & NotifySettings & BudgetSettings,
  write: (line: string) => void,
  self: string,
): Ports {
  const { stack } = settings;
  return {
    ...calls,
    rules: settings,
    now: Date.now,
    alarms: async (id) => byGateway(await calls.alarms(alarmNames(stack, id)), stack),
    arm: (gatewayId, id, at) => calls.arm(self, gatewayId, id, at),
    look: (gatewayId, id, at) => calls.look(self, gatewayId, id, at),
    notify: (notification, watch, done) =>
      notify(notification, watch, settings, { ...calls, write }, done),
    budget: budgetPorts(calls, settings),
  };
}

/** Undefined for a stack without limits. */
function budgetPorts(
  { budgetItem, metered, ...ways }: Calls,
  settings: NotifySettings & BudgetSettings,
): BudgetPorts | undefined {
  const { monthlyBudget: dollars, monthlyRecordingTime: recordingTime } = settings;
  if (dollars === 0 && recordingTime === 0) return undefined;
  const prices = recordingPrices(settings.region, settings.logGroup !== undefined);
  return {
    ...budgetItem,
    ...{ limits: { dollars, recordingTime }, prices, metered },
    notify: (notification, done) =>
      send(budgetMessage(notification, prices, settings), senderOf(settings), ways, done),
  };
}

/** The ports of following in one invocation. */
export function followPortsOf(
  calls: Omit<FollowPorts, 'now' | 'tell'> & Ways,
  settings: NotifySettings,
): FollowPorts {
  return {
    ...calls,
    now: Date.now,
    tell: (news) => sendNews(news, settings, calls),
  };
}

/** One mail of all gateways, and the events, of which one cannot have hundreds. */
async function sendNews(
  news: NewsMail,
  settings: NotifySettings,
  { mail, event }: Ways,
): Promise<void> {
  const sender = senderOf(settings);
  const messages = newsMessages(news, settings);
  const events = messages.map((message, index) => [
    `event ${index}`,
    () => event(eventOf(message, sender)),
  ]);
  await sendEach(
    {
      mail: () => mail(newsMail(news, settings), attributesOf(messages, sender)),
      ...Object.fromEntries(events),
    },
    news.done,
  );
}

/** The alarms of one gateway, or all whose names begin as the stack's. */
function alarmNames(stack: string, gatewayId: string | undefined): AlarmNames {
  if (gatewayId === undefined) return { prefix: alarmNamePrefix(stack) };
  return { names: [alarmName(stack, gatewayId), followedAlarmName(stack, gatewayId)] };
}
