import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { renderHtml } from '../../shared/report/render/page.ts';

const sample = readFileSync(join(ROOT, 'docs/sample-report.html'), 'utf8');

test('the sample page is small, and one that the story makes', () => {
  expect(sample.length).toBeLessThan(400_000);
  expect(sample).toMatch(/<h1>\$\d\.\d\d team data → S3, \d\d\.\d% of [\d.]+ GiB<\/h1>/);
});

test('the data in the sample page makes the same page', () => {
  const [, data = ''] =
    /<script type="application\/json" id="report">(.*)<\/script>/.exec(sample) ?? [];
  const report: Report = JSON.parse(data);
  const figures = (page: string) => /<header>.*<\/dl>/s.exec(page)?.[0];
  expect(figures(renderHtml(report))).toBe(figures(sample));
});
