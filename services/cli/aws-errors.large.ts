import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { invokeFunction } from '../../shared/aws/functions.ts';
import { awsSurvey } from '../../shared/aws/survey.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { ec2Error } from '../local-aws/ec2-xml.ts';
import { s3Error } from '../local-aws/fake-s3.ts';
import { jsonError, type Reply, sendReply } from '../local-aws/reply.ts';

jest.setTimeout(PATIENCE_MS);

const COMMANDS = ['record list', 'recordings', 'preflight', 'report s3://archive/flows/'];
const folder = openFolder();
const before = { ...process.env };
let server: Server;
/** AWS's response; undefined when it does not respond. */
let reply: ((request: IncomingMessage) => Reply) | undefined;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (reply !== undefined) sendReply(reply(request), response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    // The configuration files of the user who runs the tests are not read.
    HOME: folder.path,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});

afterEach(() => {
  process.env = { ...before };
  reply = undefined;
  server.closeAllConnections();
  server.close();
});

async function said(command: string): Promise<string> {
  const { code, stdout, stderr } = await natflow(...command.split(' '));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
}

/** The error message of all commands that call AWS, which must be the same. */
async function allSay(sentence: string): Promise<void> {
  const all = await Promise.all(COMMANDS.map(said));
  expect(all).toEqual(COMMANDS.map(() => `natflow: ${sentence}\n`));
}

/** An error response in the protocol of the called service. */
function refusing(code: string, status: number): (request: IncomingMessage) => Reply {
  return ({ url = '' }) => {
    if (url.startsWith('/2015-03-31/functions')) return jsonError(status, `${code}Exception`);
    return url === '/' ? ec2Error(code, code, status) : s3Error(status, code);
  };
}

test('a profile that no configuration file has is named, beside those that there are', async () => {
  const one = 'report --profile nope s3://archive/flows/';
  const none = "there is no profile nope: AWS's configuration files have";
  expect(await said(one)).toBe(`natflow: ${none} none\n`);
  await mkdir(join(folder.path, '.aws'));
  await writeFile(join(folder.path, '.aws/credentials'), '[ops]\naws_access_key_id=a\n');
  await writeFile(
    join(folder.path, '.aws/config'),
    '[default]\nregion=a\n[profile dev]\nregion=a\n',
  );
  expect(await said(one)).toBe(`natflow: ${none} default, dev, ops\n`);
  await rm(join(folder.path, '.aws'), { recursive: true });
});

test('without credentials, every command explains how to log in', async () => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  await allSay(
    'no AWS credentials were found: run "aws configure" or "aws sso login", or give --profile',
  );
});

test('without a region, every command explains how to set it', async () => {
  delete process.env['AWS_REGION'];
  delete process.env['AWS_DEFAULT_REGION'];
  await allSay('no AWS region is set: give --region, set AWS_REGION, or run "aws configure"');
});

test('every command reports expired credentials', async () => {
  reply = refusing('ExpiredToken', 403);
  await allSay('the AWS credentials have expired: log in again, for example with "aws sso login"');
});

test.each([
  ['record list', 'natflow-controller: access denied: the caller lacks lambda:InvokeFunction'],
  ['recordings', 'natflow-reporter: access denied: the caller lacks lambda:InvokeFunction'],
  ['preflight', 'access denied: the caller lacks ec2:DescribeNatGateways'],
  [
    'replay --dry-run s3://archive/a',
    's3://archive/a: access denied: the caller lacks s3:ListBucket',
  ],
])('%s that is not allowed names the action', async (command, sentence) => {
  reply = refusing('AccessDenied', 403);
  expect(await said(command)).toBe(`natflow: ${sentence}, allow it in an IAM policy\n`);
});

test('a missing bucket is reported with its name', async () => {
  reply = refusing('NoSuchBucket', 404);
  expect(await said('report s3://archive/flows/')).toBe(
    'natflow: s3://archive/flows/: there is no such bucket, check its name\n',
  );
});

test('a command ends when AWS does not respond', async () => {
  const requestHandler = { requestTimeout: 100, throwOnRequestTimeout: true } as const;
  const limits = { connectionTimeout: 1000, socketTimeout: 1000, ...requestHandler };
  const survey = await awsSurvey({ requestHandler: limits });
  await expect(survey.gateways()).rejects.toThrow(
    'ec2:DescribeNatGateways: AWS does not answer, check the network and try again',
  );
  await expect(survey.peak('nat-1')).rejects.toThrow(
    'cloudwatch:GetMetricData: AWS does not answer',
  );
  await expect(invokeFunction('natflow-reporter', {}, 300)).rejects.toThrow(
    'natflow-reporter: AWS does not answer, check the network and try again',
  );
});
