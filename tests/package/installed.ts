import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../infra/root.ts';

/** The output and the end of a command line. */
export interface Typed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder and home in which nothing is but natflow's package, for one version of Node.js. */
export interface Installed {
  /** The folder that commands are typed in. */
  readonly folder: string;
  /** Types a command line. */
  type(line: string, env?: NodeJS.ProcessEnv): Promise<Typed>;
}

const run = promisify(execFile);
/** Of npm's packages with the programs of Node.js, one for each platform. */
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

/** The package as a release is packed, once for all test files: pack.ts. */
export const TARBALL = process.env['NATFLOW_TARBALL'] ?? '';

/** The folder of the program of this version of Node.js, from npm's registry. */
export async function nodeOf(version: string, folder: string): Promise<string> {
  const { node } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies;
  if (version === node) return dirname(process.execPath);
  const prefix = await mkdtemp(join(folder, 'node-'));
  const args = ['install', '--no-audit', '--no-fund', '--prefix', prefix];
  await run('npm', [...args, `${NODE_PACKAGE}@${version}`]);
  return join(prefix, 'node_modules', NODE_PACKAGE, 'bin');
}

/** Installs the package as the README says, without a registry, in an empty folder and home. */
export async function install(node: string, folder: string): Promise<Installed> {
  const home = await mkdtemp(join(folder, 'home-'));
  const work = join(home, 'work');
  await mkdir(work);
  const prefix = join(home, 'prefix');
  const environment = {
    HOME: home,
    PATH: [join(prefix, 'bin'), node, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    LANG: 'C.UTF-8',
  };
  const args = ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix];
  // npm is the machine's, run by this Node.js.
  const path = [environment.PATH, process.env['PATH']].join(delimiter);
  await run('npm', [...args, TARBALL], { env: { ...environment, PATH: path } });
  return {
    folder: work,
    async type(line, env = {}) {
      const options = { cwd: work, env: { ...environment, ...env }, maxBuffer: 2 ** 26 };
      return await run('bash', ['-c', line], options).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
      );
    },
  };
}
