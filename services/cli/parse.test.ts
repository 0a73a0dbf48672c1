import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { natflowReading, PATIENCE_MS, startNatflow } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const FLOW =
  '2 012345678901 eni-1 10.0.0.1 2001:db8::2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
const FLOW_JSON =
  '"outcome":"flow","fields":{"version":2,"account-id":"012345678901","interface-id":"eni-1","srcaddr":"10.0.0.1","dstaddr":"2001:db8::2","srcport":443,"dstport":49152,"protocol":6,"packets":10,"bytes":840,"start":1700000000,"end":1700000058,"action":"ACCEPT","log-status":"OK"}}';
const NODATA = '2 012345678901 eni-1 - - - - - - - 1700000000 1700000058 - NODATA';

const folder = openFolder();

const objects = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a line is an object with its number, its outcome and its fields', async () => {
  const { code, stdout, stderr } = await natflowHere(
    'parse',
    folder.write('flow.log', `${HEADER}\n\n${FLOW}\n`),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`{"line":3,${FLOW_JSON}\n`);
});

test('headers and blank lines count as lines and print nothing; malformed lines have a reason', async () => {
  const lines = [
    HEADER,
    FLOW,
    '',
    '  ',
    NODATA,
    NODATA.replace('NODATA', 'SKIPDATA'),
    HEADER,
    NODATA.replace('NODATA', 'OK'),
    '2 x',
    FLOW,
  ];
  const { code, stdout } = await natflowHere(
    'parse',
    folder.write('all.log', `${lines.join('\r\n')}`),
  );
  expect(code).toBe(3);
  const read = objects(stdout);
  expect(read.map(({ line, outcome, reason }) => [line, outcome, typeof reason])).toEqual([
    [2, 'flow', 'undefined'],
    [5, 'nodata', 'undefined'],
    [6, 'skipdata', 'undefined'],
    [8, 'nonflow', 'undefined'],
    [9, 'malformed', 'string'],
    [10, 'flow', 'undefined'],
  ]);
  expect(read[1].fields).toMatchObject({
    srcaddr: null,
    bytes: null,
    action: null,
    start: 1_700_000_000,
  });
  expect(Object.keys(read[4])).toEqual(['line', 'outcome', 'fields', 'reason']);
});

test('integers above 2^53-1 are decimal strings', async () => {
  const values = ['9007199254740991', '9007199254740992', '9223372036854775807', '0'];
  const text = values.map((bytes) => `10.0.0.1 10.0.0.2 ${bytes}\n`).join('');
  const format = '${srcaddr} ${dstaddr} ${bytes}';
  const { code, stdout } = await natflowHere(
    'parse',
    '--format',
    format,
    folder.write('large.log', text),
  );
  expect(code).toBe(0);
  expect(objects(stdout).map(({ fields }) => fields.bytes)).toEqual([
    9007199254740991,
    '9007199254740992',
    '9223372036854775807',
    0,
  ]);
});

test('without a file, standard input is read, also as gzip', async () => {
  const members = Buffer.concat([gzipSync(`${HEADER}\n${FLOW}\n`), gzipSync(FLOW)]);
  const { code, stdout } = await natflowReading(members, 'parse');
  expect(code).toBe(0);
  expect(stdout).toBe(`{"line":2,${FLOW_JSON}\n{"line":3,${FLOW_JSON}\n`);
});

test('records that Firehose concatenated are lines', async () => {
  const glued = `{"message":"${FLOW}"}{"message":"${FLOW}"}`;
  const { code, stdout } = await natflowHere('parse', folder.write('glued.log', glued));
  expect(code).toBe(0);
  expect(stdout).toBe(`{"line":1,${FLOW_JSON}\n{"line":2,${FLOW_JSON}\n`);
});

test('several files follow each other, each with its own lines and header', async () => {
  const paths = [
    folder.write('one.log', `bytes srcaddr dstaddr\n1 10.0.0.1 10.0.0.2\n`),
    folder.write('two.log.gz', gzipSync(FLOW)),
  ];
  const { code, stdout } = await natflowHere('parse', ...paths);
  expect(code).toBe(0);
  expect(stdout).toBe(
    `{"line":2,"outcome":"flow","fields":{"bytes":1,"srcaddr":"10.0.0.1","dstaddr":"10.0.0.2"}}\n{"line":1,${FLOW_JSON}\n`,
  );
});

test('an unknown field is text, and reported if it was given on the command line', async () => {
  const format = 'srcaddr dstaddr new-field';
  const { code, stdout, stderr } = await natflowHere(
    'parse',
    '--format',
    format,
    folder.write('new.log', '10.0.0.1 10.0.0.2 7\n'),
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/^natflow: --format: .*"new-field".*\n$/);
  expect(objects(stdout)[0].fields['new-field']).toBe('7');
});

test('the lines before the damage in gzip are printed, then the file is named', async () => {
  const whole = gzipSync(`${HEADER}\n${FLOW}\n`);
  const path = folder.write('cut.log.gz', whole.subarray(0, whole.length - 4));
  const { code, stdout, stderr } = await natflowHere('parse', path);
  expect(code).toBe(1);
  expect(stdout).toBe(`{"line":2,${FLOW_JSON}\n`);
  expect(stderr).toBe(`natflow: ${path}: damaged gzip (unexpected end of file)\n`);
});

test('a closed output pipe ends the command without an error', async () => {
  const path = folder.write('long.log', `${HEADER}\n${`${FLOW}\n`.repeat(50_000)}`);
  const { child, ended } = startNatflow('parse', path);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { code, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
