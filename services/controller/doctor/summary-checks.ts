import { invokeCommand } from '../../../shared/command-line.ts';
import { awsCommand, type Check, type Found, given, ok, unknown, wrong } from './check.ts';
import type { CentralBucket, Facts, StackNames } from './facts.ts';

/** Whether summaries of recordings reach CentralBucket. A stack without it has nothing to be found. */
export const SUMMARY_CHECKS: readonly Check[] = [{ name: 'summaries', run: checkCentralBucket }];

/** The controller has not the reporter's role, and S3 shows a bucket's policy to its account alone. */
const UNSEEN = "the reporter's role, and the bucket's policy and key, are not looked at";

function checkCentralBucket({ names, central }: Facts): readonly Found[] {
  if (names.centralBucket === undefined || central === undefined) return [];
  const [bucket = ''] = names.centralBucket.split('/');
  const show = awsCommand(names, 's3api', 'head-bucket', '--bucket', bucket);
  return given(central, show, (found) => [
    found.region === undefined
      ? wrong(`there is no bucket ${bucket}, so no summary is written to it`, show)
      : outboxOf(names, bucket, { ...found, region: found.region }),
  ]);
}

function outboxOf(
  names: StackNames,
  bucket: string,
  { region, waiting }: CentralBucket & { readonly region: string },
): Found {
  const place = `s3://${names.centralBucket} is in ${region}`;
  if (waiting === undefined) {
    const show = awsCommand({ region }, 's3api', 'get-bucket-policy', '--bucket', bucket);
    return unknown(
      `${place}, and the first report will show whether the reporter may write there: ${UNSEEN}`,
      show,
    );
  }
  if (waiting > 0) {
    const text = `${place}, and lacks summaries that the outbox has (${waiting}): a report is being made, or the reporter may not write there, which writing them now shows`;
    return unknown(text, invokeCommand(names, 'reporter', { command: 'share' }));
  }
  return ok(`${place}, and no summary waits to be written to it; ${UNSEEN}`);
}
