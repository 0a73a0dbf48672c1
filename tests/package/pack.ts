import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../infra/root.ts';

/** Packs the checkout as a release is, and tells the test files by NATFLOW_TARBALL where the package is. */
export default async function (): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'natflow-pack-'));
  const args = ['pack', '--silent', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT });
  process.env['NATFLOW_TARBALL'] = join(folder, stdout.trim().split('\n').at(-1) ?? '');
}
