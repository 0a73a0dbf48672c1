import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Where collectors are installed, each once. */
const FOLDER = env['NATFLOW_COLLECTORS'] ?? join(tmpdir(), 'natflow-collectors');
export const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url));

/** Runs a command to its end. @throws Error with what it printed when it fails. */
export function run(command: string, args: readonly string[], more: object = {}): string {
  const settings = { encoding: 'utf8', maxBuffer: 2 ** 30, ...more } as const;
  const { status, stdout, stderr, error } = spawnSync(command, args, settings);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Installs what is not there yet, and returns where it is. */
function once(name: string, install: (folder: string) => void): string {
  const folder = join(FOLDER, name);
  if (existsSync(join(folder, 'installed'))) return folder;
  mkdirSync(folder, { recursive: true });
  install(folder);
  mkdirSync(join(folder, 'installed'));
  return folder;
}

/** Programs of Debian, by package; .ci/run installs some of them. */
export function debian(program: string, name: string): string {
  if (spawnSync(program, ['-h']).error !== undefined) {
    run('apt-get', ['install', '--yes', '--no-install-recommends', name]);
  }
  return run('dpkg-query', ['--show', '--showformat', '${Version}', name]).replace(/-.*|.*:/g, '');
}

/** A program of the Go module proxy. Returns its path. */
export function goProgram(name: string, module: string, version: string): string {
  const folder = once(name, (into) =>
    run('go', ['install', `${module}@${version}`], { env: { ...env, GOBIN: into } }),
  );
  return join(folder, name);
}

/** The main package in programs/`name`. Returns the path of the program. */
export function ownGoProgram(name: string): string {
  const folder = once(name, (into) => {
    run('cp', ['-r', join(PROGRAMS, name), into]);
    const cwd = join(into, name);
    run('go', ['mod', 'tidy', '-e'], { cwd });
    run('go', ['build', '-o', join(into, 'program')], { cwd });
  });
  return join(folder, 'program');
}

/** A package of PyPI. Returns the folder for PYTHONPATH. */
export function pythonPackage(name: string, version: string): string {
  return once(name, (into) =>
    run('python3', ['-m', 'pip', 'install', '--quiet', '--target', into, `${name}==${version}`]),
  );
}

/** A package of npm. Returns the folder whose node_modules has it. */
export function nodePackage(name: string, version: string): string {
  return once(name, (into) =>
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', into, `${name}@${version}`]),
  );
}

/** The libraries of the project in programs/`name`, from Maven. Returns the folder of the jars. */
export function mavenJars(name: string): string {
  return once(`maven-${name}`, (into) =>
    run('mvn', [
      ...['--quiet', '--batch-mode', '--file', join(PROGRAMS, name, 'pom.xml')],
      ...['dependency:copy-dependencies', `-DoutputDirectory=${into}`],
    ]),
  );
}

/** The crate in programs/`name`. Returns the path of the program. */
export function ownCrate(name: string): string {
  const folder = once(`crate-${name}`, (into) => {
    run('cp', ['-r', join(PROGRAMS, name), into]);
    const target = ['--target-dir', join(into, 'target')];
    run('cargo', ['build', '--release', '--quiet', ...target], { cwd: join(into, name) });
  });
  return join(folder, 'target/release/decode');
}
