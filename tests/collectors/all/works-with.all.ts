import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readExpected } from '../expected.ts';
import type { Flow, Version } from '../flow.ts';
import { capture } from './capture.ts';
import { type Capture, SUBJECTS } from './collectors.ts';
import { keptOf } from './kept.ts';
import { type Row, storeRows, tableOf } from './table.ts';
import { flowLogText } from './traffic.ts';

const FLOWS = 400;
/** Every flow, and none that was not sent. */
const KEEPS_ALL = /^all(?!.*not sent)/;
const NAMES = { 5: 'v5', 9: 'v9', 10: 'ipfix' } as const;

let folder = '';
const sent = new Map<Version, Flow[]>();
const captures = new Map<Version, Capture>();
const rows: Row[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'natflow-works-with-'));
  const log = join(folder, 'flows.log');
  await writeFile(log, flowLogText(FLOWS));
  for (const version of [5, 9, 10] as const) {
    const flows: Flow[] = [];
    await readExpected(log, version, (flow) => flows.push(flow));
    sent.set(version, flows);
    captures.set(version, await capture(log, version));
  }
});

afterAll(async () => {
  storeRows(rows);
  process.stdout.write(`${tableOf(rows)}\n`);
  await rm(folder, { recursive: true });
});

describe.each(SUBJECTS)(
  '$collector',
  ({ collector, setting, command, install, versions, read }) => {
    const row = { v5: '', v9: '', ipfix: '' };
    let version = '';

    beforeAll(() => {
      version = install();
    });

    afterAll(() => {
      // One that was not run whole, or lost a flow, leaves the table as it is.
      const cells = versions.map((each) => row[NAMES[each]]);
      if (cells.every((cell) => KEEPS_ALL.test(cell))) {
        rows.push({ collector, version, ...row, setting, command });
      }
    });

    test.each(versions)('version %d: every flow is shown', async (each) => {
      const into = await mkdtemp(join(folder, 'one-'));
      const seen = await read(captures.get(each) as Capture, into);
      const kept = keptOf(sent.get(each) ?? [], seen);
      row[NAMES[each]] = kept;
      expect(kept).toMatch(KEEPS_ALL);
    });
  },
);
