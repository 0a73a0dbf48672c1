import { asciiText } from '../text/mail-text.ts';

/** The part of CloudFormation's custom resource request that is read. */
interface ResourceRequest {
  readonly RequestType?: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

/** The id of a resource whose creation failed. CloudFormation deletes it then, and there is nothing to delete. */
const NOT_MADE = 'not-made';

const LONGEST_REASON = 1500;

/** The timeout of sending the response, in milliseconds. Lambda retries an invocation that fails. */
const ANSWER_MS = 10_000;

/**
 * Does the work. For a request of CloudFormation, also sends the response: SUCCESS, or FAILED with the reason.
 * Without a response the stack operation would wait for an hour. The deletion of what could not be created succeeds
 * without work: a rollback that fails would leave the stack to be mended by hand.
 * @throws Error when CloudFormation does not take the response.
 */
export async function reporting<T>(
  event: unknown,
  work: () => Promise<T>,
  answerMs = ANSWER_MS,
): Promise<T | undefined> {
  if (!isRequest(event)) return await work();
  if (event.RequestType === 'Delete' && event.PhysicalResourceId === NOT_MADE) {
    await answer(event, answerMs);
    return undefined;
  }
  const { result, failure } = await attempt(work);
  await answer(event, answerMs, failure);
  return result;
}

async function attempt<T>(work: () => Promise<T>): Promise<{ result?: T; failure?: string }> {
  try {
    return { result: await work() };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function isRequest(event: unknown): event is ResourceRequest {
  return typeof event === 'object' && event !== null && 'ResponseURL' in event;
}

async function answer(request: ResourceRequest, ms: number, failure?: string): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = request;
  const newId = failure === undefined ? LogicalResourceId : NOT_MADE;
  const response = await fetch(request.ResponseURL, {
    method: 'PUT',
    signal: AbortSignal.timeout(ms),
    // The presigned URL requires an empty content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: failure === undefined ? 'SUCCESS' : 'FAILED',
      // CloudFormation accepts responses up to 4,096 bytes, and JSON escapes quotes.
      Reason: asciiText(failure ?? 'done').slice(0, LONGEST_REASON),
      PhysicalResourceId: request.PhysicalResourceId ?? newId,
      StackId,
      RequestId,
      LogicalResourceId,
    }),
  }).catch((cause) => {
    throw new Error(`CloudFormation did not take the answer: ${cause.message}`, { cause });
  });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
}
