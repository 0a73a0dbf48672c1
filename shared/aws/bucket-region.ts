import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { calling } from './refusal.ts';

const REGION_HEADER = 'x-amz-bucket-region';

/** An error of the SDK, with what S3 answered. */
interface AnsweredError {
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The region of a bucket in any account; undefined: there is no such bucket. Needs no permission: S3's answer to a
 * request that it denies has the region too, which GetBucketRegion of the AWS SDK for Go relies on. The request is not
 * signed, because a denied request of a role would look like an attempt to read the bucket.
 * @throws Error when S3 does not name the region.
 */
export async function bucketRegion(bucket: string): Promise<string | undefined> {
  const { HeadBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    ...CLIENT_TIMEOUTS,
    signer: { sign: async (request) => request },
  });
  const head = client.send(new HeadBucketCommand({ Bucket: bucket }));
  const region = head.then(({ BucketRegion }) => BucketRegion, regionInError);
  return await calling('s3:HeadBucket', region, `s3://${bucket}`);
}

function regionInError(error: AnsweredError): string | undefined {
  if (error.$metadata?.httpStatusCode === 404) return undefined;
  const region = error.$response?.headers?.[REGION_HEADER];
  if (region === undefined) throw error;
  return region;
}
