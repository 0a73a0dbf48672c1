import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** Writes docs/sample-report.html anew: the page of the recording that `npm start` tells of. */
const OUT = join(ROOT, 'dist/sample');
const START = ['start', '--once', '--plain', '--speed', 'max', '--out', OUT];

const { status } = spawnSync(process.execPath, [join(ROOT, 'services/cli/natflow.cjs'), ...START], {
  stdio: 'inherit',
});
if (status === 0) copyFileSync(join(OUT, 'report.html'), join(ROOT, 'docs/sample-report.html'));
process.exitCode = status ?? 1;
