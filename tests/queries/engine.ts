import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The rows of a statement; every value is text, or null. */
export type Rows = (string | null)[][];

const POM = join(import.meta.dirname, 'engine/pom.xml');
const MEMORY = '-Xmx3g';
/** Trino reads the buffers of the Java runtime directly, which its module system allows only when told. */
const OPEN = '--add-opens=java.base/java.nio=ALL-UNNAMED';

/**
 * Runs each list of statements in Trino, on an empty database of its own, and gives the rows of each statement.
 * Maven loads Trino (some 230 MB) the first time.
 * @throws Error with what Maven or Trino said.
 */
export async function runInTrino(lists: readonly (readonly string[])[]): Promise<Rows[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'natflow-queries-'));
  try {
    const file = join(folder, 'statements.json');
    await writeFile(file, JSON.stringify(lists));
    const goals = ['compile', 'exec:java', '-Dexec.mainClass=RunQueries', `-Dexec.args=${file}`];
    const build = `-Dbuild.folder=${join(folder, 'classes')}`;
    await maven(['--file', POM, build, ...goals]);
    return JSON.parse(await readFile(`${file}.out`, 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function maven(args: readonly string[]): Promise<void> {
  const env = { ...process.env, MAVEN_OPTS: `${OPEN} ${MEMORY}` };
  await promisify(execFile)('mvn', ['--quiet', '--batch-mode', ...args], {
    env,
    maxBuffer: 2 ** 26,
  }).catch(({ stdout, stderr }: { stdout?: string; stderr?: string }) => {
    throw new Error(`mvn: ${stdout || stderr}`);
  });
}
