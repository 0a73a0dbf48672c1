import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeWithPeerData, PEER_DATA } from '../support/peer-data.ts';
import { natflow, natflowReading, PATIENCE_MS, startNatflow } from '../support/run-natflow.ts';
import { GATEWAY, INTERFACE, storyLines, storyMetrics, storyNetwork } from './story.ts';

const NAT_GATEWAY = new URL('../fixtures/flow-logs/nat-gateway.log', import.meta.url).pathname;

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'natflow-report-'));
  await writeFile(at('story.log'), storyLines());
  await writeFile(at('vpc.json'), JSON.stringify(storyNetwork()));
  await writeFile(at('cw.json'), JSON.stringify(storyMetrics()));
});
afterAll(() => rm(folder, { recursive: true }));

describe('natflow report', () => {
  test(
    'writes text, and a page to a file',
    async () => {
      const { code, stdout, stderr } = await natflow(
        ...['report', at('story.log'), '--vpc', at('vpc.json'), '--metrics', at('cw.json')],
        ...['--threshold', '1GiB', '--html', at('r.html')],
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('41.60 GiB through prod-egress-a');
      expect(stdout).toContain('flows explain 98.3% of the 42.31 GiB');
      expect(await readFile(at('r.html'), 'utf8')).toContain('threshold 1.00 GiB/min');
    },
    PATIENCE_MS,
  );

  test(
    'reads standard input, takes its own price and region, and prints JSON',
    async () => {
      const { code, stdout } = await natflowReading(
        storyLines(),
        ...['report', '--json', '--price', '0.1', '--region', 'eu-west-1', '--top', '1', '-'],
      );
      const report = JSON.parse(stdout);
      expect(code).toBe(0);
      expect(report.cost.total.toFixed(2)).toBe('4.16');
      expect(report.region).toEqual({ name: 'eu-west-1', isAssumed: false });
      expect(report.sources.rows).toHaveLength(1);
      expect(report.advice[0].endpointService).toBe('com.amazonaws.eu-west-1.s3');
    },
    PATIENCE_MS,
  );

  test(
    "tells S3 of other regions apart by AWS's ranges, seen from the region of the lines",
    async () => {
      const ranges = new URL('../fixtures/ip-ranges.json', import.meta.url).pathname;
      const bytesIn = async (...args: string[]) => {
        const { stdout } = await natflow('report', at('story.log'), '--json', ...args);
        const { services, advice } = JSON.parse(stdout);
        const names: string[] = services.rows.map(({ service }: { service: string }) => service);
        return [names.filter((name) => /S3|DYNAMODB/.test(name)), advice.length];
      };
      const [own, other, unknown] = await Promise.all([
        bytesIn('--ip-ranges', ranges),
        bytesIn('--ip-ranges', ranges, '--region', 'eu-west-1'),
        natflow('report', at('story.log'), '--ip-ranges', at('vpc.json')),
      ]);
      expect(own).toEqual([['S3', 'DYNAMODB'], 2]);
      expect(other).toEqual([['S3 (us-east-1)', 'DYNAMODB (us-east-1)'], 0]);
      expect(unknown).toMatchObject({
        code: 2,
        stderr: `natflow: --ip-ranges ${at('vpc.json')}: prefixes is missing\n`,
      });
    },
    PATIENCE_MS,
  );

  test(
    'finds a zonal gateway by its id when its interface is described, and by its interface anyway',
    async () => {
      const [byId, byInterface, unknown] = await Promise.all([
        natflow('report', at('story.log'), '--nat', GATEWAY, '--vpc', at('vpc.json'), '--csv'),
        natflow('report', at('story.log'), '--nat', INTERFACE, '--csv'),
        natflow('report', at('story.log'), '--nat', GATEWAY),
      ]);
      expect(byId.stdout.split('\r\n')[0]).toMatch(/^table,address,id,name,/);
      expect([byId.code, byInterface.code, unknown.code]).toEqual([0, 0, 1]);
      expect(unknown.stderr).toMatch(/^natflow: no flow of nat-\S+; .*--nat eni-…/);
    },
    PATIENCE_MS,
  );

  test(
    'exits with 3 when lines were malformed, and counts the others',
    async () => {
      const text = 'srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 5\nx y z\n';
      const { code, stdout } = await natflowReading(text, 'report', '--json', '-');
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({ totals: { bytes: 5 }, records: { malformed: 1 } });
    },
    PATIENCE_MS,
  );

  test.each([
    [
      ['--threshold', 'much'],
      'natflow: --threshold "much" is not a number of bytes per minute such as 500MB or 1GiB\n',
    ],
    [['--price', '-1'], 'natflow: --price -1 is no amount of dollars\n'],
    [['--legs', 'left'], 'natflow: --legs left is none of all, private, public\n'],
    [['--vpc', '/dev/null'], 'natflow: --vpc /dev/null: Unexpected end of JSON input\n'],
    [['--metrics', '/nowhere'], 'natflow: --metrics /nowhere: ENOENT: no such file or directory'],
  ])(
    'used wrongly (%j) says so',
    async (options, said) => {
      const { code, stderr } = await natflow('report', at('story.log'), ...options);
      expect(code).toBe(2);
      expect(stderr.slice(0, said.length)).toBe(said);
    },
    PATIENCE_MS,
  );
});

test.each([
  ['--vpc', { Subnets: [{ CidrBlock: 5 }] }, 'Subnets.0.CidrBlock is 5, a text was expected'],
  ['--metrics', { MetricDataResults: {} }, 'MetricDataResults is an object, a list was expected'],
])(
  'a file that %s cannot use is named in the error before any input is read',
  async (option, content, fault) => {
    await writeFile(at('odd.json'), JSON.stringify(content));
    // Its input is left open.
    const { ended } = startNatflow('report', '-', option, at('odd.json'));
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `natflow: ${option} ${at('odd.json')}: ${fault}\n`,
    });
  },
  PATIENCE_MS,
);

test(
  'the four lines of each exchange are one upload and one download',
  async () => {
    const { totals } = JSON.parse((await natflow('report', NAT_GATEWAY, '--json')).stdout);
    expect([totals.upload.flows, totals.download.flows]).toEqual([3, 3]);
  },
  PATIENCE_MS,
);

describeWithPeerData("AWS's own example", () => {
  test(
    'is one upload and one download when its gateway is named; without ports, its lines prove nothing',
    async () => {
      const file = new URL('flowlogs/aws-manual-nat.log', PEER_DATA).pathname;
      const report = async (...options: string[]) =>
        JSON.parse((await natflow('report', file, '--json', ...options)).stdout);
      const { totals } = await report('--nat', 'eni-1235b8ca123456789');
      expect([totals.upload.flows, totals.download.flows]).toEqual([1, 1]);
      const unnamed = await report();
      expect([unnamed.totals.throughGateway.flows, unnamed.cost.total]).toEqual([0, null]);
    },
    PATIENCE_MS,
  );
});
