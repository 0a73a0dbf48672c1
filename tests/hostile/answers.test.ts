import { describe, expect, test } from '@jest/globals';
import { preflightCommand } from '../../services/cli/preflight.ts';
import { recordCommand } from '../../services/cli/record.ts';
import { recordingsCommand } from '../../services/cli/recordings.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import { GATEWAY, reportOn, storyLines } from '../reporter/story.ts';
import { dangersIn, HOSTILE } from '../support/hostile-text.ts';
import { typedCommand } from '../support/typed-command.ts';

/** Checks that the output of a command is harmless and contains the hostile text. */
function expectHarmless(printed: string, lines?: number): void {
  expect(printed).toContain('mark');
  expect(dangersIn(printed)).toEqual([]);
  if (lines !== undefined) expect(printed.split('\n')).toHaveLength(lines + 1);
}

describe("the controller's answers", () => {
  const { typed, printed } = typedCommand(recordCommand);
  const recording = { id: HOSTILE, phase: HOSTILE, cause: HOSTILE, startedAt: 0, deadline: 0 };
  const gateway = { gatewayId: HOSTILE, name: HOSTILE, counted: 1, cap: 2, recording };

  test.each([
    [`record start ${GATEWAY}`, 1],
    [`record stop ${GATEWAY}`, 1],
    ['record list', 2],
    ['record list --json', 1],
  ])('%s', async (line, lines) => {
    await typed(line, { gateways: [gateway] });
    expectHarmless(printed(), lines);
  });

  test('escaped text in JSON parses to the original', async () => {
    await typed('record list --json', { gateways: [gateway] });
    expect(JSON.parse(printed())).toEqual([gateway]);
  });
});

describe("the reporter's answers", () => {
  const { typed, printed } = typedCommand((invoke) =>
    recordingsCommand(invoke, () => Promise.reject(new Error('not asked for'))),
  );
  const report = reportOn(storyLines(), { gateway: { id: HOSTILE, name: HOSTILE } });
  const recordings = [{ ...overviewOf(HOSTILE, report), summary: HOSTILE, gateway: HOSTILE }];
  const shown = { report, html: '', link: `https://x/${HOSTILE}` };

  test.each([
    ['recordings', 3],
    ['recordings --json', 1],
    ['recordings show id', undefined],
    ['recordings show id --csv', undefined],
    ['recordings show id --json', undefined],
    ['recordings show id --link', 1],
  ])('%s', async (line, lines) => {
    await typed(line, {
      gateways: [],
      recordings,
      shown: { ...shown, report: sourcesNamed(HOSTILE) },
    });
    expectHarmless(printed(), lines);
  });

  function sourcesNamed(name: string) {
    const rows = report.sources.rows.map((row) => ({ ...row, name, id: name, mainPeer: name }));
    return { ...report, sources: { ...report.sources, rows } };
  }
});

describe('text from EC2 and CloudWatch', () => {
  const survey = {
    region: HOSTILE,
    gateways: async () => [
      {
        ...{ id: GATEWAY, state: 'available', mode: 'zonal' as const },
        tags: { Name: HOSTILE },
        interfaceIds: [HOSTILE],
      },
    ],
    peak: async () => 1,
    flowLogs: async () => [{ stack: HOSTILE }],
    subnets: async () => [{ id: HOSTILE, vpcId: 'vpc-1' }],
    sources: async () => [{ id: 'vpc-0a', partOf: [HOSTILE] }],
    sourceTraffic: async () => undefined,
    routeTables: async () => [
      {
        ...{ id: HOSTILE, vpcId: 'vpc-1', main: true, subnetIds: [] },
        routes: [{ cidr: '0.0.0.0/0', target: `igw-${HOSTILE}` }],
      },
    ],
  };
  const { typed, printed } = typedCommand(() => preflightCommand(async () => survey));

  test('preflight', async () => {
    await typed('preflight', undefined);
    expectHarmless(printed(), 3);
  });

  test('preflight with a way that leads nowhere', async () => {
    await expect(
      typed(`preflight -n 127.0.0.1:2055 --subnets ${encodeURI('subnet-1')}`, undefined),
    ).rejects.toThrow('there is no subnet subnet-1');
    expectHarmless(printed(), 3);
  });
});
