import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { expect, test } from '@jest/globals';
import { planStory } from '../../services/demo/plan.ts';
import { SCENARIOS } from '../../services/demo/scenarios.ts';
import { type Line, paint } from '../../services/demo/screen/frame.ts';
import { LiveScreen } from '../../services/demo/screen/live-screen.ts';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import { dangersIn, HOSTILE } from '../support/hostile-text.ts';
import { bytes, V5 } from '../support/wire.ts';

const ESC = '\u001b';
/** The escape sequences of the screen: colours, cursor movement, and clearing a line, or what is below. */
const OWN = new RegExp(`${ESC}\\[(?:\\d+(?:;\\d+)*m|\\d+[AG]|\\?25[lh]|[JK])`, 'g');

async function hostilePlan() {
  const [scenario] = SCENARIOS;
  if (scenario === undefined) throw new Error('no scenario');
  const named = {
    ...scenario,
    gateways: scenario.gateways.map((each) => ({ ...each, name: HOSTILE })),
  };
  const plan = await planStory({
    ...{ scenario: named, files: [], seed: 1, connections: 10, version: 5, numOfRecordings: 10 },
    ...{ collectors: '127.0.0.1:2055', endsNow: false },
  });
  return { ...plan, title: HOSTILE };
}

test('the live screen writes its own escape sequences only', async () => {
  let written = '';
  const terminal = new Writable({
    write(chunk, _, done) {
      written += chunk;
      done();
    },
  });
  const screen = new LiveScreen(Object.assign(terminal, { columns: 200, rows: 60 }) as WriteStream);
  screen.begin(await hostilePlan(), [HOSTILE]);
  const at = Date.UTC(2026, 10, 22, 10, 14);
  const { flows } = new FlowCollector().take(bytes(V5), HOSTILE, at);
  screen.show({ at, kind: 'mail', subject: HOSTILE, file: HOSTILE });
  screen.show({ at, kind: 'trouble', message: HOSTILE });
  screen.show({ at, kind: 'flows', flows: flows.map((flow) => ({ ...flow, src_addr: HOSTILE })) });
  screen.show({ at, kind: 'deleted', gatewayId: HOSTILE, flowLogId: HOSTILE });
  screen.print(HOSTILE);
  screen.close();
  expect(written.match(OWN)?.length).toBeGreaterThan(10);
  expect(written.split('mark').length).toBeGreaterThan(5);
  expect(dangersIn(written.replace(OWN, ''))).toEqual([]);
});

test('data is made printable before it is coloured, and is cut between characters', () => {
  const line: Line = [['a\u001b[2Jb', 'red'], ['🙂🙂🙂']];
  expect(paint(line, 80)).toBe(`${styleText('red', 'a\\u001b[2Jb')}🙂🙂🙂`);
  for (let columns = 0; columns < 20; columns++) {
    expect(paint(line, columns).isWellFormed()).toBe(true);
  }
});
