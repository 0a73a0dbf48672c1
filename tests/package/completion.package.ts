import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Installed, install } from './installed.ts';

const folder = mkdtempSync(join(tmpdir(), 'natflow-completion-'));
let natflow: Installed;

beforeAll(async () => {
  natflow = await install(dirname(process.execPath), folder);
  writeFileSync(join(natflow.folder, 'flows.log'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell offers for the last word. */
type Complete = (...words: string[]) => Promise<string[]>;

const bash: Complete = async (...words) => {
  const { stdout } = await natflow.type(`
    source <(natflow completion bash)
    COMP_WORDS=(natflow ${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length}
    _natflow
    printf '%s\\n' "\${COMPREPLY[@]}"
    # Where natflow offers nothing, readline completes files.
    [[ \${#COMPREPLY[@]} -gt 0 ]] || compgen -f -- '${words.at(-1)}'`);
  return stdout.split('\n').filter((line) => line !== '');
};

const fish: Complete = async (...words) => {
  const line = ['natflow', ...words].join(' ');
  const { stdout } = await natflow.type(
    `fish --no-config -c 'natflow completion fish | source; complete -C "${line}"'`,
  );
  return stdout
    .trim()
    .split('\n')
    .map((answer) => answer.split('\t')[0] ?? '');
};

const shells: [string, Complete][] = [
  ['bash', bash],
  ['fish', fish],
];

test.each(shells)('%s completes commands, options, values and files', async (_, complete) => {
  expect((await complete('rep')).toSorted()).toEqual(['replay', 'report']);
  expect(await complete('report', '--ht')).toEqual(['--html']);
  expect(await complete('report', '--legs', 'pr')).toEqual(['private']);
  expect((await complete('record', 'st')).toSorted()).toEqual(['start', 'stop']);
  expect(await complete('report', '--vpc', 'fl')).toEqual(['flows.log']);
  expect(await complete('report', '--top', '5', 'fl')).toEqual(['flows.log']);
});

test('zsh completes what is typed', async () => {
  const script = join(folder, 'typing.zsh');
  writeFileSync(
    script,
    `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'autoload -Uz compinit; compinit -u -D; source <(natflow completion zsh); echo rea""dy'
zpty -r shell shown '*ready*'
zpty -n -w shell $'natflow pars\\t'
zpty -r shell shown '*parse *'
zpty -n -w shell $'--form\\t'
zpty -r shell shown '*--format *'
zpty -n -w shell $'x fl\\t'
zpty -r shell shown '*flows.log*' && print completed
zpty -d shell
`,
  );
  expect(await natflow.type(`timeout 60 zsh -f ${script}`)).toMatchObject({
    code: 0,
    stdout: 'completed\n',
  });
});
