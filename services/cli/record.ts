import { Argument, Command } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';
import { DEFAULT_STACK, functionName } from '../../shared/command-line.ts';
import {
  type ControllerAnswer,
  type ControllerCommand,
  type GatewayAnswer,
  readControllerAnswer,
} from '../../shared/contract/controller.ts';
import { isNatGatewayId } from '../../shared/gateway/nat-gateway.ts';
import { FirstLinesWait } from '../../shared/stack-parameters.ts';
import { say, writeLine, writeMessage } from '../../shared/terminal.ts';
import { columns } from '../../shared/text/columns.ts';
import { shownName } from '../../shared/text/shorten.ts';
import { utcSecond } from '../../shared/text/utc.ts';
import { withAws } from './aws-options.ts';
import { budgetLine } from './budget.ts';
import { RunError, UsageError } from './errors.ts';
import { wholeNumber } from './options.ts';
import { REAL_TIME, type RecordedGateway, type Time, verifyRecording } from './verify.ts';

interface RecordOptions {
  readonly minutes?: number;
  readonly stack: string;
  readonly json?: boolean;
  readonly verify?: boolean;
}

const ACTIONS = ['start', 'stop', 'list', 'reset'] as const;
type Action = (typeof ACTIONS)[number];

/** `natflow record`: starts, stops and lists recordings by invoking the controller of a deployed stack. */
export function recordCommand(invoke: Invoke, time: Time = REAL_TIME): Command {
  return withAws(new Command('record'))
    .description('start, stop or list the recordings of a deployed stack')
    .addArgument(
      new Argument('<action>', 'reset sets the count of recordings to 0').choices(ACTIONS),
    )
    .argument('[gateway]', 'a NAT gateway, nat-…; list shows all')
    .option('--minutes <number>', 'how long to record; else RecordingTime', minutesOption)
    .option('--stack <name>', 'the stack, when it has another name', DEFAULT_STACK)
    .option('--json', 'print the answer as JSON')
    .option('--verify', 'start: wait for the first line, and compare with what CloudWatch metered')
    .action(async (action: Action, gatewayId: string | undefined, options: RecordOptions) => {
      const command = commandOf(action, gatewayId, options);
      const name = functionName(options.stack, 'controller');
      const answer = readControllerAnswer(await invoke(name, command));
      const refused = answer.refused ?? answer.ignored ?? notStarted(action, answer, options);
      if (refused !== undefined) {
        throw new RunError(`cannot ${action} recording ${gatewayId}: ${refused}`);
      }
      const lines = options.json ? [JSON.stringify(answer.gateways)] : describe(action, answer);
      lines.forEach(writeLine);
      warnOfShortTime(options);
      const [gateway] = answer.gateways;
      if (options.verify && isRecorded(gateway)) {
        const write = options.json ? writeMessage : writeLine;
        await verifyRecording(gateway, { stack: options.stack, write }, invoke, time);
      }
    });
}

/** Why an answer to start is a failure although the controller gives no reason: nothing is being recorded after it. */
function notStarted(
  action: Action,
  { gateways }: ControllerAnswer,
  { stack }: RecordOptions,
): string | undefined {
  if (action !== 'start' || isRecorded(gateways[0])) return undefined;
  return `it was given up at once; see why with "aws logs tail /natflow/${stack}/controller --since 10m"`;
}

function isRecorded(gateway: GatewayAnswer | undefined): gateway is RecordedGateway {
  return gateway?.recording !== undefined && gateway.recording.phase !== 'stopping';
}

/** With fewer minutes than AWS may take until lines begin, an empty recording says nothing about the gateway. */
const ENOUGH_MINUTES = FirstLinesWait.default / 60;

function warnOfShortTime({ minutes = ENOUGH_MINUTES }: RecordOptions): void {
  if (minutes >= ENOUGH_MINUTES) return;
  say(
    `AWS begins to write a flow log several minutes after it is created: with less than --minutes ${ENOUGH_MINUTES} there may be few lines or none`,
  );
}

function minutesOption(text: string): number {
  const minutes = wholeNumber('--minutes')(text);
  if (minutes === 0) throw new UsageError('--minutes 0 would record nothing; the least is 1');
  return minutes;
}

function commandOf(
  action: Action,
  gatewayId: string | undefined,
  { minutes, verify }: RecordOptions,
): ControllerCommand {
  if (minutes !== undefined && action !== 'start') throw new UsageError('only start has --minutes');
  if (verify && action !== 'start') throw new UsageError('only start has --verify');
  if (action === 'list') {
    if (gatewayId !== undefined) throw new UsageError('record list shows all gateways');
    return { command: action };
  }
  if (gatewayId === undefined) throw new UsageError(`record ${action} needs a NAT gateway, nat-…`);
  if (!isNatGatewayId(gatewayId)) {
    throw new UsageError(`"${gatewayId}" is not the id of a NAT gateway, nat-…`);
  }
  return { command: action, gatewayId, ...(minutes && { minutes }) };
}

function describe(action: Action, { gateways, budget }: ControllerAnswer): string[] {
  const [gateway] = gateways;
  if (action === 'list' || gateway === undefined) {
    return [...table(gateways), ...(budget === undefined ? [] : [budgetLine(budget)])];
  }
  const name = gateway.name === undefined ? '' : ` (${shownName(gateway.name)})`;
  const deadline = action === 'start' ? gateway.recording?.deadline : undefined;
  const until = deadline === undefined ? '' : ` until ${utcSecond(deadline)} UTC at the latest`;
  return [`${DONE[action]} ${gateway.gatewayId}${name}${until}, ${used(gateway)}`];
}

const DONE = { start: 'recording', stop: 'stopped recording', reset: 'reset' } as const;

function table(gateways: readonly GatewayAnswer[]): string[] {
  if (gateways.length === 0) return ['nothing was ever recorded'];
  const rows = gateways.map((gateway) => [
    gateway.gatewayId,
    gateway.name ?? '-',
    gateway.recording?.phase ?? 'idle',
    timeText((gateway.recording ?? gateway.last)?.startedAt),
    timeText(gateway.recording === undefined ? gateway.last?.endedAt : gateway.recording.deadline),
    used(gateway),
  ]);
  const head = ['GATEWAY', 'NAME', 'STATE', 'SINCE (UTC)', 'UNTIL (UTC)', 'USED'];
  const aligns = head.map(() => 'left' as const);
  return columns([head, ...rows], aligns);
}

function timeText(at: number | undefined): string {
  return at === undefined ? '-' : utcSecond(at);
}

function used({ counted, cap }: GatewayAnswer): string {
  return cap === 0 ? `${counted} so far` : `${counted} of ${cap} used`;
}
