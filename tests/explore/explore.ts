import { parseArgs } from 'node:util';
import { CONFIGURATIONS } from './configurations.ts';
import type { Configuration } from './model.ts';
import { explore, type Report } from './search.ts';

// Explores every interleaving of events, calls and faults of a gateway: npm run test:explore -- --seconds 60

const MOST_FINDINGS = 5;
/** The share of the remaining time for one configuration. The first are small and need less. */
const SHARE = 0.5;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
  },
});

const seconds = Number(values.seconds);
const chosen = CONFIGURATIONS.filter(({ name }) => name.includes(values.only));
if (!(seconds > 0)) throw new RangeError(`--seconds ${values.seconds} is not a number above 0`);
if (chosen.length === 0)
  throw new RangeError(`--only ${values.only} is in no configuration's name`);

const until = Date.now() + seconds * 1000;
let failed = 0;

for (const [index, configuration] of chosen.entries()) {
  const began = Date.now();
  const share = (until - began) * Math.max(SHARE, 1 / (chosen.length - index));
  const report = await explore(configuration, {
    until: began + share,
    mostFindings: MOST_FINDINGS,
  });
  if (report.findings.length > 0) failed += 1;
  process.stdout.write(describe(configuration, report, Date.now() - began));
}
process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

function describe({ name, runs }: Configuration, report: Report, ms: number): string {
  const { states, transitions, depth, isComplete, findings } = report;
  const how = isComplete ? 'all of it' : 'as far as the time went';
  const figures = `${states} states, ${transitions} transitions, depth ${depth}`;
  const head = `${name} (${runs} at once): ${figures}, ${(ms / 1000).toFixed(1)} s, ${how}\n`;
  const wrong = findings.map(
    ({ violation, trace }) => `  ${violation}\n    ${trace.join('\n    ')}\n`,
  );
  return head + wrong.join('');
}
