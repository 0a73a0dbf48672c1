import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openFolder } from '../support/folder.ts';
import {
  dangersIn,
  HOSTILE,
  HOSTILE_ARGUMENT,
  HOSTILE_FIELD,
  HOSTILE_LINE,
} from '../support/hostile-text.ts';
import { type Ended, natflow, PATIENCE_MS } from '../support/run-natflow.ts';
import { startS3 } from '../support/s3.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
const FIELDS = 'interface-id vpc-id instance-tag pkt-dst-aws-service srcaddr dstaddr bytes';
const LINE = `${HOSTILE_FIELD} ${HOSTILE_FIELD} ${HOSTILE_FIELD} ${HOSTILE_FIELD} 10.0.0.1 52.1.1.1 9`;

/** A file with a hostile name, hostile fields, and malformed lines. */
const log = folder.write(`${HOSTILE_ARGUMENT}.log`, `${FIELDS}\n${LINE}\n${HOSTILE_LINE}\n`);
const good = folder.write('good.log', 'srcaddr dstaddr bytes\n10.0.0.1 52.1.1.1 9\n');
const missing = `${folder.path}/${HOSTILE_ARGUMENT}`;
const broken = folder.write('broken.json', `${HOSTILE_LINE}\n{`);
const wrong = folder.write('wrong.json', JSON.stringify({ [HOSTILE]: 1, VpcEndpoints: HOSTILE }));
const stamps = { Label: 'BytesInFromSource', Timestamps: [HOSTILE], Values: [1] };
const metrics = folder.write('metrics.json', JSON.stringify({ MetricDataResults: [stamps] }));
const gunzip = folder.write(`${HOSTILE_ARGUMENT}.gz`, Buffer.from('1f8b0800', 'hex'));

const BUCKET = 'archive';
const KEY = `${HOSTILE_FIELD}.log`;
let s3: Awaited<ReturnType<typeof startS3>>;
/** An AWS that refuses every call with a hostile message. */
const refusing = createServer((_, response) => {
  response.writeHead(403, { 'content-type': 'text/xml' });
  response.end(`<Error><Code>Refused</Code><Message>${HOSTILE_FIELD}\nFORGED</Message></Error>`);
});

beforeAll(async () => {
  s3 = await startS3();
  s3.put(`${BUCKET}/${KEY}`, `${FIELDS}\n${LINE}\n${HOSTILE_LINE}\n`);
  s3.put(`${BUCKET}/broken/${KEY}`, Buffer.from('1f8b0800', 'hex'));
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: s3.endpoint,
  });
});
afterAll(() => {
  s3.stop();
  refusing.close();
});

/** Checks that the output of the command is harmless and contains the hostile text. */
function expectHarmless({ stdout, stderr }: Ended): void {
  expect(dangersIn(stdout)).toEqual([]);
  expect(dangersIn(stderr)).toEqual([]);
  expect(stdout + stderr).toContain('mark');
}

test.each([
  ['parse, fields and lines', ['parse', log]],
  ['report, text', ['report', log]],
  ['report, JSON', ['report', '--json', log]],
  ['report, CSV', ['report', '--csv', log]],
  ['report, region', ['report', '--region', HOSTILE_ARGUMENT, good]],
  ['replay, malformed line and file name', ['replay', '--dry-run', log]],
  ['objects, malformed line and key', ['replay', '--dry-run', `s3://${BUCKET}/${KEY}`]],
  ['objects, text', ['report', `s3://${BUCKET}/${KEY}`]],
])('data: %s', async (_, args) => {
  expectHarmless(await natflow(...args));
});

test.each([
  ['a file that is not there', ['parse', missing]],
  ['a missing folder', ['report', `${missing}/x`]],
  ['a damaged file', ['report', gunzip]],
  ['a format', ['parse', '--format', HOSTILE_ARGUMENT, good]],
  ['a command', [HOSTILE_ARGUMENT]],
  ['an option', ['parse', `--${HOSTILE_ARGUMENT}`]],
  ['a gateway', ['report', '--nat', HOSTILE_ARGUMENT, good]],
  ['a speed', ['replay', '--speed', HOSTILE_ARGUMENT, good]],
  ['a collector', ['replay', '-n', HOSTILE_ARGUMENT, good]],
  ['a host that is not known', ['replay', '-n', 'mark\u009b\u202e.invalid', good]],
  ['an address to listen on', ['collect', '--listen', HOSTILE_ARGUMENT]],
  ['a host to listen on', ['collect', '--listen', 'mark\u009b\u202e.invalid:2055']],
  ['a scenario', ['start', '--scenario', HOSTILE_ARGUMENT]],
  ['a file to play', ['start', missing]],
  ['a description that is not JSON', ['report', good, '--vpc', broken]],
  ['a description that is not there', ['report', good, '--vpc', missing]],
  ['metrics with an invalid time', ['report', '--metrics', metrics, good]],
  ['a page that cannot be written', ['report', '--html', `${missing}/x`, good]],
  ['a gateway to record', ['record', 'start', HOSTILE_ARGUMENT]],
  ['no object', ['report', `s3://${BUCKET}/${HOSTILE_ARGUMENT}`]],
  ['a damaged object', ['replay', '--dry-run', `s3://${BUCKET}/broken/${KEY}`]],
])('errors: %s', async (_, args) => {
  const ended = await natflow(...args);
  expectHarmless(ended);
  expect(ended.code).toBeGreaterThan(0);
  expect(ended.stderr).toMatch(/^natflow: [^\n]+\n$/);
});

test("errors: AWS's own words", async () => {
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
  const ended = await natflow('report', 's3://mark/x');
  process.env['AWS_ENDPOINT_URL'] = s3.endpoint;
  expectHarmless(ended);
  expect(ended.stderr).toMatch(/^natflow: s3:\/\/mark\/x: s3:ListBucket: Refused: mark[^\n]+\n$/);
});

test('errors: a description of another form', async () => {
  const { code, stderr } = await natflow('report', good, '--vpc', wrong);
  expect({ code, dangers: dangersIn(stderr) }).toEqual({ code: 2, dangers: [] });
});

test('text that parse escapes is restored by a JSON parser', async () => {
  const { stdout } = await natflow('parse', log);
  const { fields } = JSON.parse(stdout.split('\n')[0] ?? '');
  expect(fields['instance-tag']).toBe(HOSTILE_FIELD);
});
