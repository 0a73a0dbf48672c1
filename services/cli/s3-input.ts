import type { Command } from 'commander';
import type { KeyFilter } from '../../shared/aws/flow-log-keys.ts';
import type { ListedObject } from '../../shared/aws/list-objects.ts';
import type { Objects } from '../../shared/aws/objects.ts';
import { withProfile } from './aws-options.ts';
import { RunError, UsageError } from './errors.ts';
import { type Input, openInputs, unreadable } from './input.ts';
import { timeOption } from './options.ts';

/** Which objects are read: from `since` on, before `until`, of these accounts and regions. */
export interface ObjectOptions {
  readonly since?: Date;
  readonly until?: Date;
  readonly account?: readonly string[];
  readonly region?: readonly string[] | undefined;
}

/** Adds the argument of input files, which may be left out if there are others, and the options that choose among S3 objects. */
export function withInputs(command: Command, others?: readonly string[]): Command {
  return command
    .argument(
      others === undefined ? '<file...>' : '[file...]',
      'flow log files, gzip or plain; s3://bucket/prefix for objects; - is standard input',
      others,
    )
    .option(
      '--since <time>',
      'objects from this time on, or from 90m, 2h, 3d ago',
      timeOption('--since'),
    )
    .option('--until <time>', 'objects before this time', timeOption('--until'))
    .option('--account <id,...>', 'objects of these accounts, where their keys say', listOption);
}

/** Adds the option that chooses among S3 objects by their region. */
export function withRegion(command: Command): Command {
  return withProfile(command).option(
    '--region <name,...>',
    'objects of these regions, where their keys say',
    listOption,
  );
}

function listOption(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/**
 * Files as inputs and, for each `s3://bucket/prefix`, its objects of the period in the order of their keys. One that
 * cannot be opened is an input that fails when it is read, as long as there is another.
 * @throws UsageError for wrong names; RunError when there is no object.
 */
export async function openAll(
  files: readonly string[],
  { since, until, account: accounts, region: regions }: ObjectOptions,
): Promise<Input[]> {
  const filter = { since, until, accounts, regions };
  if ((since || until) && !files.every(isS3)) {
    throw new UsageError('--since and --until choose among objects in S3');
  }
  if (accounts && !files.every(isS3)) {
    throw new UsageError('--account chooses among objects in S3');
  }
  const open = async (file: string) =>
    isS3(file) ? await openObjectsAt(file, filter) : openInputs([file]);
  const opened = await Promise.allSettled(files.map(open));
  const [first] = opened;
  if (first?.status === 'rejected' && opened.every(({ status }) => status === 'rejected')) {
    throw first.reason;
  }
  return opened.flatMap((each, index) =>
    each.status === 'fulfilled' ? each.value : unreadable(files[index] ?? '', each.reason),
  );
}

function isS3(argument: string): boolean {
  return argument.startsWith('s3://');
}

async function openObjectsAt(url: string, filter: KeyFilter): Promise<Input[]> {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined) throw new UsageError(`${url} is not s3://bucket/prefix`);
  // AWS's client is loaded on use, because that takes longer than most commands.
  const { openObjects } = await import('../../shared/aws/objects.ts');
  const objects = await openObjects();
  const listed: ListedObject[] = [];
  for await (const object of objects.list({ ...filter, bucket, prefix })) listed.push(object);
  if (listed.length > 0) return inputsOf(objects, listed);
  throw new RunError(`no objects at ${url}${ofWhat(filter)}`);
}

function ofWhat({ since, until, accounts, regions }: KeyFilter): string {
  return [
    since || until ? ' in that time' : '',
    accounts || regions ? ' of that account or region' : '',
  ].join('');
}

/** How many objects are asked for before their turn, and how many bytes they may have together. */
const AHEAD = { objects: 8, bytes: 8 * 1024 * 1024 };

/** Inputs to be read in this order. Most are small, so that the answers of the next ones are waited for together. */
function inputsOf(objects: Objects, listed: readonly ListedObject[]): Input[] {
  const asked = new Map<number, ReturnType<typeof bytesOf>>();
  const ask = (index: number, object: ListedObject, signal?: AbortSignal) => {
    const bytes = asked.get(index) ?? bytesOf(objects, object, signal);
    asked.set(index, bytes);
    // A failure is that of its turn.
    bytes.catch(() => {});
    return bytes;
  };
  return listed.map((object, index) => ({
    name: `s3://${object.bucket}/${object.key}`,
    size: object.size,
    bytesRead: 0,
    open: (signal) => {
      const own = ask(index, object, signal);
      let bytes = 0;
      for (let next = index + 1; next <= index + AHEAD.objects; next++) {
        const following = listed[next];
        bytes += following?.size ?? 0;
        if (following === undefined || bytes > AHEAD.bytes) break;
        ask(next, following, signal);
      }
      asked.delete(index);
      return own;
    },
  }));
}

async function bytesOf(
  objects: Objects,
  name: { readonly bucket: string; readonly key: string },
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const body = await objects.read(name, signal);
  if (body === undefined) throw new Error('it is not there any more');
  return body;
}
