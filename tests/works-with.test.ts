import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { storedRows, tableOf } from './collectors/all/table.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the table "Works with" is what npm run test:collectors:all found', () => {
  const [, section = ''] = README.split('\n## Works with\n');
  const table = section
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('|'));
  expect(table?.join('\n')).toBe(tableOf(storedRows()));
});

test('every collector that the table claims was run, and keeps every flow', () => {
  for (const { v5, v9, ipfix, version } of storedRows()) {
    expect(version).toMatch(/^\d+\.\d+/);
    const kept = [v5, v9, ipfix].filter((cell) => cell !== '');
    expect(kept.length).toBeGreaterThan(0);
    for (const cell of kept) expect(cell).toMatch(/^all/);
  }
});
