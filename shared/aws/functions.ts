import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { calling } from './refusal.ts';

/** Twice the controller's timeout in template.yaml. */
const ANSWER_MS = 120_000;

/**
 * Invokes a Lambda function and returns its result.
 * @throws Error with the function's error message when it fails.
 */
export async function invokeFunction(
  functionName: string,
  event: object,
  answerMs = ANSWER_MS,
): Promise<unknown> {
  const { connectionTimeout } = CLIENT_TIMEOUTS.requestHandler;
  const client = new LambdaClient({ requestHandler: { connectionTimeout } });
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
  // One timeout for the whole call: with one per attempt, the SDK would invoke the function again.
  const abortSignal = AbortSignal.timeout(answerMs);
  const sent = client.send(command, { abortSignal });
  const { Payload, FunctionError } = await calling('lambda:InvokeFunction', sent, functionName);
  const answer = JSON.parse(Payload?.transformToString() || 'null');
  if (FunctionError !== undefined) throw new Error(`${functionName}: ${answer?.errorMessage}`);
  return answer;
}
