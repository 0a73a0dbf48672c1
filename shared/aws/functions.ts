import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { calling } from './refusal.ts';

/** Twice the controller's timeout in template.yaml. */
const ANSWER_MS = 120_000;

/** Invokes a Lambda function with a command and returns its answer. */
export type Invoke = (functionName: string, command: object) => Promise<unknown>;

/**
 * Invokes a Lambda function and returns its result.
 * @throws Error with the function's error message when it fails.
 */
export async function invokeFunction(
  functionName: string,
  event: object,
  answerMs = ANSWER_MS,
): Promise<unknown> {
  return (await invoke(functionName, event, answerMs)).answer;
}

/**
 * Calls a Lambda function and returns the end of what it logged, 4 KB at most.
 * @throws Error with the function's own message when it fails.
 */
export async function invokeForLog(
  functionName: string,
  event: object,
  answerMs: number,
): Promise<string> {
  return (await invoke(functionName, event, answerMs, { LogType: 'Tail' })).log;
}

async function invoke(
  FunctionName: string,
  event: object,
  answerMs: number,
  options: Pick<InvokeCommandInput, 'LogType'> = {},
): Promise<{ readonly answer: unknown; readonly log: string }> {
  const { connectionTimeout } = CLIENT_TIMEOUTS.requestHandler;
  const client = new LambdaClient({ requestHandler: { connectionTimeout } });
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...options });
  // One timeout for the whole call: with one per attempt, the SDK would invoke the function again.
  const abortSignal = AbortSignal.timeout(answerMs);
  const sent = client.send(command, { abortSignal });
  const {
    Payload,
    FunctionError,
    LogResult = '',
  } = await calling('lambda:InvokeFunction', sent, FunctionName);
  const answer = JSON.parse(Payload?.transformToString() || 'null');
  if (FunctionError !== undefined) {
    throw new Error(`${FunctionName}: ${answer?.errorMessage ?? `it failed (${FunctionError})`}`);
  }
  return { answer, log: Buffer.from(LogResult, 'base64').toString() };
}

/** A function's state, settings and network, as Lambda describes it. */
export async function describeFunction(client: LambdaClient, FunctionName: string) {
  const command = new GetFunctionConfigurationCommand({ FunctionName });
  const action = 'lambda:GetFunctionConfiguration';
  const found = await calling(action, client.send(command), FunctionName);
  return {
    name: FunctionName,
    // Lambda leaves the state out of descriptions of functions of long ago, which are active.
    state: found.State ?? 'Active',
    stateReason: found.StateReason,
    environment: found.Environment?.Variables ?? {},
    subnetIds: found.VpcConfig?.SubnetIds ?? [],
    securityGroupIds: found.VpcConfig?.SecurityGroupIds ?? [],
  };
}
