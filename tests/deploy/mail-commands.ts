import { expect } from '@jest/globals';
import { invokeCommand } from '../../shared/command-line.ts';
import { type Cloud, REGION, until } from './cloud.ts';
import { endpointsOf, type Network } from './network.ts';
import { calm, flowLogsOf, leaveOrphan, outputsOf, recordingOf, setAlarm } from './stack.ts';
import { commandsFor, commandsOf, type Shell } from './typed.ts';

/** Types the commands of a report for the endpoints of S3 and DynamoDB, which all route tables of the clients have then. */
export async function makeEndpoints(
  cloud: Cloud,
  shell: Shell,
  network: Network,
  commands: readonly string[],
): Promise<void> {
  expect(commands.map((line) => line.split(' ', 3).join(' '))).toEqual([
    'aws ec2 create-vpc-endpoint',
    'aws ec2 modify-vpc-endpoint',
  ]);
  for (const command of commands) await shell.type(command);
  const { routeTables } = network;
  expect(await endpointsOf(cloud, network)).toEqual([
    { service: 'com.amazonaws.eu-west-1.dynamodb', routeTables },
    { service: 'com.amazonaws.eu-west-1.s3', routeTables },
  ]);
}

/** A spike whose start AWS refuses because of the flow log `others`, and what its mail proposes, before and after. */
export async function tryAgain(
  cloud: Cloud,
  shell: Shell,
  stack: string,
  gateway: string,
  others: string,
): Promise<void> {
  await setAlarm(cloud, stack, gateway, 'ALARM');
  const again = await until('a mail that the start failed', () =>
    commandsFor('Try now', cloud.mails(), stack).find((line) => line.includes(gateway)),
  );
  expect(await shell.type(again)).toContain('FlowLogAlreadyExists');
  await cloud.run('aws', ['ec2', 'delete-flow-logs', '--flow-log-ids', others]);
  await shell.type(again);
  await recordingOf(cloud, stack);
  await setAlarm(cloud, stack, gateway, 'OK');
  await shell.type(again.replace('"start"', '"stop"'));
  await calm(cloud, stack);
}

/** The commands of mails and outputs of a stack whose recordings are used up. Nothing is recorded before and after. */
export async function typeCommands(
  cloud: Cloud,
  shell: Shell,
  stack: string,
  gateway: string,
): Promise<void> {
  const commandFor = (purpose: string) =>
    until(`a mail with: ${purpose}`, () => commandsFor(purpose, cloud.mails(), stack)[0]);
  await setAlarm(cloud, stack, gateway, 'OK');
  await calm(cloud, stack);
  await setAlarm(cloud, stack, gateway, 'ALARM');
  const capped = await until('a mail that recordings are used up', () =>
    cloud.mails().find(({ subject }) => subject.includes('2 of 2 recordings used')),
  );
  const reset = await commandFor('Reset the count of recordings');
  expect(commandsOf(capped)).toEqual([reset]);
  await setAlarm(cloud, stack, gateway, 'OK');
  await leaveOrphan(cloud, stack, gateway);
  await shell.type(invokeCommand({ stack, region: REGION }, 'controller', { command: 'sweep' }));
  const list = await commandFor('List what is recorded');
  await calm(cloud, stack);
  const start = await commandFor('Record again');
  expect(await shell.type(start)).toContain('"refused":"all 2 recordings are used up"');
  expect(await shell.type(reset)).toContain('"counted":0');
  expect(await shell.type(start)).toContain('"counted":1');
  await recordingOf(cloud, stack);
  expect(await shell.type(list)).toContain(`"gatewayId":"${gateway}"`);
  const stop = await commandFor('Stop the recording');
  await shell.type(stop);
  expect(await flowLogsOf(cloud, stack)).toEqual([]);
  const { TestCommand = '' } = await outputsOf(cloud, stack);
  await shell.type(TestCommand.replace('GATEWAY_ID', gateway));
  await recordingOf(cloud, stack);
  await shell.type(stop);
  await shell.type(reset);
  await calm(cloud, stack);
}
