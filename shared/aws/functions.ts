import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { calling } from './refusal.ts';

/**
 * Calls a Lambda function and returns what it answers.
 * @throws Error with the function's own message when it fails.
 */
export async function invokeFunction(functionName: string, event: object): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
  const { Payload, FunctionError } = await calling(
    'lambda:InvokeFunction',
    new LambdaClient().send(command),
  );
  const answer = JSON.parse(Payload?.transformToString() || 'null');
  if (FunctionError !== undefined) throw new Error(`${functionName}: ${answer?.errorMessage}`);
  return answer;
}
