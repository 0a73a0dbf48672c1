import { expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { filesOf, GROUPS, testsOf } from './groups.ts';

test.each(Object.entries(GROUPS))('every pattern of the group %s matches files', (_, group) => {
  const files = filesOf(group, ROOT);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
  expect(testsOf(group, ROOT).length).toBeGreaterThan(3);
  for (const pattern of [...(group.except ?? []), ...(group.generating ?? [])]) {
    expect([pattern, filesOf({ files: [pattern], tests: [] }, ROOT).length > 0]).toEqual([
      pattern,
      true,
    ]);
  }
});
