import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import {
  type AlarmNames,
  alarmName,
  alarmNamePrefix,
  followedAlarmName,
} from '../../shared/gateway/nat-gateway.ts';
import { recordingPrices } from '../../shared/prices/prices.ts';
import type { ControllerSettings } from '../../shared/settings/controller.ts';
import type { MailText } from '../../shared/text/mail-text.ts';
import { writeBudgetMail } from './budget-mails.ts';
import { byGateway } from './events.ts';
import type { FollowPorts } from './following/following.ts';
import { newsMail } from './following/news-mail.ts';
import { type NotifySettings, notify } from './notify.ts';
import type { BudgetPorts, Ports } from './reconcile.ts';
import type { Alarm, Rules } from './watch.ts';

/** The AWS calls that the ports are made of. */
interface Calls
  extends Omit<Ports, 'rules' | 'now' | 'alarms' | 'arm' | 'look' | 'notify' | 'budget'> {
  /** The alarms of the account and region with these names, or whose names begin with this prefix. */
  alarms(which: AlarmNames): Promise<readonly (Alarm & { readonly name: string })[]>;
  arm(target: string, gatewayId: string, recordingId: string, at: number): Promise<void>;
  look(target: string, gatewayId: string, recordingId: string, at: number): Promise<void>;
  loadBudget: BudgetPorts['load'];
  saveBudget: BudgetPorts['save'];
  metered: BudgetPorts['metered'];
  mail(text: MailText): Promise<void>;
  orderReport(reporter: string, at: number, recording: EndedRecording): Promise<void>;
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
    notify: (notification, watch) => notify(notification, watch, settings, { ...calls, write }),
    budget: budgetPorts(calls, settings),
  };
}

/** Undefined for a stack without limits. */
function budgetPorts(
  { loadBudget, saveBudget, metered, mail }: Calls,
  settings: NotifySettings & BudgetSettings,
): BudgetPorts | undefined {
  const { monthlyBudget: dollars, monthlyRecordingTime: recordingTime } = settings;
  if (dollars === 0 && recordingTime === 0) return undefined;
  const prices = recordingPrices(settings.region, settings.logGroup !== undefined);
  return {
    ...{ limits: { dollars, recordingTime }, prices, metered },
    ...{ load: loadBudget, save: saveBudget },
    notify: (notification) => mail(writeBudgetMail(notification, prices, settings)),
  };
}

/** The ports of following in one invocation. */
export function followPortsOf(
  calls: Omit<FollowPorts, 'now' | 'mail'> & Pick<Calls, 'mail'>,
  settings: NotifySettings,
): FollowPorts {
  return { ...calls, now: Date.now, mail: (news) => calls.mail(newsMail(news, settings)) };
}

/** The alarms of one gateway, or all whose names begin as the stack's. */
function alarmNames(stack: string, gatewayId: string | undefined): AlarmNames {
  if (gatewayId === undefined) return { prefix: alarmNamePrefix(stack) };
  return { names: [alarmName(stack, gatewayId), followedAlarmName(stack, gatewayId)] };
}
