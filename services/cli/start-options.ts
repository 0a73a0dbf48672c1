import { isIPv4 } from 'node:net';
import { Command, Option } from 'commander';
import { LEGS, type Legs } from '../../shared/flow/legs.ts';
import { type CollectorAddress, formatCollector } from '../../shared/netflow/collectors.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { NUMBER_PARAMETERS, readLabel } from '../../shared/stack-parameters.ts';
import type { ListenAddress } from '../../shared/transport/listen.ts';
import { UsageError } from './errors.ts';
import { listenOption } from './listening.ts';
import { legsOption, thresholdOption, versionOption, wholeNumber } from './options.ts';

/** The options of `npm start`; the defaults of absent ones depend on the traffic. */
export interface StartOptions {
  readonly scenario?: string;
  readonly list?: true;
  readonly collectors?: string;
  readonly allowRemote?: true;
  readonly listen?: ListenAddress;
  readonly netflow: Version;
  readonly legs?: Legs;
  readonly threshold?: number;
  readonly recordingTime?: number;
  readonly numOfRecordings: number;
  readonly groupBy?: string;
  readonly flowLogDelay?: number;
  readonly seed: number;
  readonly connections: number;
  readonly speed?: number;
  readonly out: string;
  readonly build: boolean;
  readonly once?: true;
  readonly json?: true;
  readonly plain?: true;
}

const MAX_DELAY_S = 3600;
const { maximum: MAX_RECORDING_S } = NUMBER_PARAMETERS.RecordingTime;

/** The command `start` with its options, without an action. */
export function startOptions(): Command {
  const command = new Command('start')
    .description('tell the life of a spike on this machine: alarm, recording, flows, mail, report')
    .argument('[file...]', 'your own flow log files as the traffic')
    .option('--scenario <name>', 'which story; --list shows them')
    .option('--list', 'show the scenarios')
    .option('-n, --collectors <host:port,…>', 'your own collectors instead of the built-in one')
    .option('--allow-remote', 'send to collectors on other machines')
    .addOption(
      new Option('--listen <host:port>', 'where the built-in collector listens').argParser(
        listenOption,
      ),
    );
  return withPlayOptions(withStackOptions(command));
}

/** Options that stand for parameters of the stack. */
function withStackOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-v, --netflow <version>', '5, 9, or 10 (ipfix)')
        .argParser(versionOption)
        .default(5),
    )
    .addOption(new Option('--legs <legs>', LEGS.join(', ')).argParser(legsOption))
    .addOption(
      new Option(
        '--threshold <bytes>',
        'a minute, above which it is recorded: 1GiB, 500MB',
      ).argParser(thresholdOption),
    )
    .addOption(
      whole('--recording-time <seconds>', 'the longest recording, 0: until OK', 0, MAX_RECORDING_S),
    )
    .addOption(whole('--num-of-recordings <number>', 'recordings allowed, 0: any').default(10))
    .addOption(
      new Option(
        '--group-by <label>',
        'what reports add up sources by: team, namespace, …; "": nothing',
      ).argParser(labelOption),
    );
}

/** Options of the traffic, of AWS's stand-ins, and of how the story is shown. */
function withPlayOptions(command: Command): Command {
  return command
    .addOption(
      whole('--flow-log-delay <seconds>', 'until a new flow log begins to record', 0, MAX_DELAY_S),
    )
    .addOption(whole('--seed <number>', 'the same seed, the same traffic').default(1))
    .addOption(whole('--connections <number>', 'a minute, during a spike', 1, 100_000).default(500))
    .addOption(
      new Option('--speed <number|max>', 'times faster than real time').argParser(speedOption),
    )
    .option('--out <folder>', 'where archive, mails and report go', 'out')
    .option('--no-build', 'take the handlers in dist/ as they are')
    .option('--once', 'end when the story is over: 0 only if nothing was lost or left')
    .option('--json', 'what happens as JSON lines, the outcome last')
    .option('--plain', 'lines instead of a live screen');
}

function whole(flags: string, about: string, least = 0, most = Number.MAX_SAFE_INTEGER): Option {
  return new Option(flags, about).argParser(between(flags.split(' ')[0] ?? '', least, most));
}

function between(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(option)(text);
    if (number >= least && number <= most) return number;
    throw new UsageError(`${option} ${text} is not from ${least} to ${most}`);
  };
}

/** The empty text stands for no label, as in the stack's parameter. */
function labelOption(text: string): string {
  try {
    return readLabel(text) ?? '';
  } catch (error) {
    throw new UsageError(`--group-by ${(error as Error).message}`, { cause: error });
  }
}

function speedOption(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new UsageError(`--speed ${text} is not a number above 0, or max`);
}

/** @throws UsageError naming a collector on another machine, unless `--allow-remote` is given. */
export function refuseRemote(
  collectors: readonly CollectorAddress[],
  { allowRemote }: StartOptions,
): void {
  const remote = collectors.find(({ host }) => !isThisMachine(host));
  if (remote !== undefined && !allowRemote) {
    throw new UsageError(
      `${formatCollector(remote)} is another machine: add --allow-remote to send there`,
    );
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
