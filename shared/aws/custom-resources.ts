import { asciiText } from '../text/mail-text.ts';

/** The part of CloudFormation's custom resource request that is read. */
interface ResourceRequest {
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

const LONGEST_REASON = 1500;

/**
 * Does the work. For a request of CloudFormation it also sends the response, SUCCESS or FAILED with the
 * reason; without one the stack operation would wait for an hour.
 */
export async function reporting<T>(event: unknown, work: () => Promise<T>): Promise<T | undefined> {
  if (!isRequest(event)) return await work();
  try {
    const result = await work();
    await answer(event);
    return result;
  } catch (error) {
    await answer(event, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function isRequest(event: unknown): event is ResourceRequest {
  return typeof event === 'object' && event !== null && 'ResponseURL' in event;
}

async function answer(request: ResourceRequest, failure?: string): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = request;
  const response = await fetch(request.ResponseURL, {
    method: 'PUT',
    // The presigned URL requires an empty content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: failure === undefined ? 'SUCCESS' : 'FAILED',
      // CloudFormation accepts responses up to 4,096 bytes, and JSON escapes quotes.
      Reason: asciiText(failure ?? 'done').slice(0, LONGEST_REASON),
      PhysicalResourceId: request.PhysicalResourceId ?? LogicalResourceId,
      StackId,
      RequestId,
      LogicalResourceId,
    }),
  });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
}
