import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../infra/root.ts';

const design = readFileSync(join(ROOT, 'docs/design.md'), 'utf8');
const [, section = ''] = /## Where a rule stands\n([\s\S]*?)\n## /.exec(design) ?? [];
const rules = [...section.matchAll(/^\| (.+?) \| `(.+?)` `(.+?)` \|$/gm)].map(
  ([, rule = '', file = '', name = '']) => ({ rule, file, name }),
);

test('the table of rules is read completely', () => {
  expect(rules.length).toBeGreaterThanOrEqual(15);
  expect(section.match(/^\| /gm)).toHaveLength(rules.length + 1);
});

test.each(rules)('$rule: $file has $name', ({ file, name }) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  expect(source).toMatch(new RegExp(`\\b${name}\\b`));
});
