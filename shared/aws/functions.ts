import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { calling } from './refusal.ts';

/** Twice the controller's timeout in template.yaml: an invocation answers when it has ended. */
const ANSWER_MS = 120_000;

/**
 * Calls a Lambda function and returns what it answers.
 * @throws Error with the function's own message when it fails.
 */
export async function invokeFunction(
  functionName: string,
  event: object,
  answerMs = ANSWER_MS,
): Promise<unknown> {
  const { connectionTimeout } = CLIENT_TIMEOUTS.requestHandler;
  const client = new LambdaClient({ requestHandler: { connectionTimeout } });
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
  // One limit for all, where other clients have one for each attempt: the SDK would invoke once more.
  const abortSignal = AbortSignal.timeout(answerMs);
  const sent = client.send(command, { abortSignal });
  const { Payload, FunctionError } = await calling('lambda:InvokeFunction', sent, functionName);
  const answer = JSON.parse(Payload?.transformToString() || 'null');
  if (FunctionError !== undefined) throw new Error(`${functionName}: ${answer?.errorMessage}`);
  return answer;
}
