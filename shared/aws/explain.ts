/** A call to AWS: its IAM action, and the bucket, object or function it is for. */
interface Call {
  readonly action: string;
  readonly subject?: string | undefined;
}

type Sentence = (call: Call, match: RegExpExecArray) => string;

const LOG_IN = 'run "aws configure" or "aws sso login", or give --profile';

/** Failures with a known remedy, by a pattern on `name: message`. The first match applies. */
const SENTENCES: readonly (readonly [RegExp, Sentence])[] = [
  [
    /^(ExpiredToken|RequestExpired)|^(Credentials|Token)ProviderError: .*expired/is,
    () => 'the AWS credentials have expired: log in again, for example with "aws sso login"',
  ],
  [
    /^CredentialsProviderError: .*profile: \[(?<profile>[^\]]+)\]/s,
    (_, { groups }) => `the AWS profile ${groups?.['profile']} has no credentials: ${LOG_IN}`,
  ],
  [/^(Credentials|Token)ProviderError: /, () => `no AWS credentials were found: ${LOG_IN}`],
  [
    /^\w+: Region is missing/,
    () => 'no AWS region is set: give --region, set AWS_REGION, or run "aws configure"',
  ],
  [
    /^(RequestTimeTooSkewed|RequestInTheFuture)|Signature (expired|not yet current)/,
    () => 'AWS rejects requests with the time of this machine: set its clock',
  ],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch|InvalidSignature|InvalidToken)/,
    () => 'AWS does not accept the credentials: check --profile, or the access key and its secret',
  ],
  [
    /^(AccessDenied|UnauthorizedOperation|AuthorizationError)\w*:(.*User: (?<user>\S+))?/s,
    (call, { groups }) =>
      `${prefix(call.subject)}access denied: ${groups?.['user'] ?? 'the caller'} lacks ${call.action}, allow it in an IAM policy`,
  ],
  [
    /^InvalidObjectState/,
    ({ subject }) =>
      `${prefix(subject)}it is archived (S3 Glacier): restore it first with "aws s3api restore-object"`,
  ],
  [/^NoSuchBucket/, ({ subject }) => `${prefix(subject)}there is no such bucket, check its name`],
  [
    /^ResourceNotFoundException: Function not found/,
    ({ subject }) =>
      `${prefix(subject)}there is no such function in this region: name the stack with --stack, the region with --region`,
  ],
  [
    /^(SlowDown|Throttl|TooManyRequests|RequestLimitExceeded)/,
    ({ action, subject = action }) =>
      `${subject}: AWS limits the rate of requests, try again later`,
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN): (.* )?(?<host>\S+)$/,
    (_, { groups }) => `there is no host ${groups?.['host']}: check the network, and the region`,
  ],
  [
    /^(TimeoutError|AbortError|ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/,
    ({ action, subject = action }) =>
      `${subject}: AWS does not answer, check the network and try again`,
  ],
];

/** One sentence on why a call failed: with the remedy if one is known, else with AWS's message. */
export function explain(call: Call, error: unknown): string {
  const [name, message] = [nameOf(error), error instanceof Error ? error.message : String(error)];
  for (const [pattern, sentence] of SENTENCES) {
    const match = pattern.exec(`${name}: ${message}`);
    if (match !== null) return sentence(call, match);
  }
  return `${prefix(call.subject)}${call.action}: ${name}: ${message}`;
}

function prefix(subject: string | undefined): string {
  return subject === undefined ? '' : `${subject}: `;
}

/** The system's error code if there is one, because the SDK gives all connection errors the same name. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && /^E[A-Z_]+$/.test(code) ? code : error.name;
}
