import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { invokeCommand } from '../../shared/command-line.ts';
import { keysOf, readObject } from './archive.ts';
import { type Cloud, REGION, until } from './cloud.ts';
import { bucketOf } from './stack.ts';
import { type Exchange, total } from './traffic.ts';
import { commandsOf, type Shell, typeNatflow } from './typed.ts';

/** A bucket of another account in real life. */
const CENTRAL = 'summaries-of-all';

/** Makes the bucket, and returns the parameters of a stack that writes to it and reports all of it. */
export async function makeCentralBucket(cloud: Cloud): Promise<Record<string, string>> {
  await cloud.run('aws', ['s3', 'mb', `s3://${CENTRAL}`]);
  return { CentralBucket: `${CENTRAL}/natflow`, MonthlyReportOf: `${CENTRAL}/natflow` };
}

/** A stack that has reported one recording, of these exchanges. */
interface Reported {
  readonly stack: string;
  readonly exchanges: readonly Exchange[];
  /** Where the shell is. */
  readonly folder: string;
}

/**
 * The summary is in archive and central bucket alike; the mail about its month, whose commands are typed, and
 * `natflow recordings --from` say the recording's bytes.
 */
export async function checkMonth(
  cloud: Cloud,
  shell: Shell,
  { stack, exchanges, folder }: Reported,
): Promise<void> {
  const bytes = total(exchanges, 'up') + total(exchanges, 'down');
  const archive = await bucketOf(cloud, stack);
  const [key = ''] = await keysOf(cloud, archive, 'recordings/');
  const own = (await readObject(cloud, archive, key)).toString();
  expect((await readObject(cloud, CENTRAL, `natflow/${key}`)).toString()).toBe(own);
  const [, month = ''] = /year=(\d{4}\/month=\d\d)\//.exec(key) ?? [];
  const asked = month.replace('/month=', '-');

  const place = { stack, region: REGION };
  const request = { command: 'month', month: asked } as const;
  const answer = await shell.type(invokeCommand(place, 'reporter', request));
  expect(answer).toContain(`"bytes":${bytes},`);
  const mail = await until('the mail', () =>
    cloud.mails().find(({ subject }) => subject.includes(`in ${asked}, 1 recording`)),
  );
  for (const command of commandsOf(mail)) await shell.type(command);
  const copied = JSON.parse(await readFile(join(folder, `${asked}.json`), 'utf8'));
  expect(copied).toMatchObject({ bytes, counted: 1, from: `s3://${CENTRAL}/natflow` });
  const from = `--month ${asked} --from s3://${CENTRAL}/natflow`;
  expect(JSON.parse(await typeNatflow(cloud, `recordings ${from} --json`)).month).toMatchObject({
    bytes,
  });
  await shell.type(invokeCommand(place, 'reporter', { command: 'share' }));
}
