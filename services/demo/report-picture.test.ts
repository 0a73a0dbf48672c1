import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { reportOn } from '../../tests/reporter/story.ts';
import { reportPicture } from './report-picture.ts';

const HEADER = 'srcaddr dstaddr bytes start end action';

test('a picture with more sources than colours shows names that fit its width, and the rest as others', () => {
  const lines = [1, 2, 3, 4, 5, 6, 7].map(
    (host) => `2001:db8:1234:a100:8d6e:3477:df66:f10${host} 2600::1 1000 60 120 ACCEPT`,
  );
  const picture = reportPicture(reportOn([HEADER, ...lines, ''].join('\n')));
  const legend = [...picture.matchAll(/<text x="(\d+)" y="[\d.]+">([^<]*)<\/text>/g)];
  expect(legend.map(([, , label]) => label)).toContain('others');
  const ends = legend.map(([, x, label = '']) => Number(x) + 7 * label.length);
  expect(Math.max(...ends)).toBeLessThan(1000);
});

test('the picture in the README is one that the story draws, with its headline and without broken characters', () => {
  const picture = readFileSync(new URL('../../docs/report.svg', import.meta.url), 'utf8');
  expect(picture).toMatch(/aria-label="\$\d\.\d\d team data → S3, \d\d\.\d% of [\d.]+ GiB"/);
  expect(picture).not.toContain('\ufffd');
});

test('the picture leaves out refused traffic, and the duration when lines have no times', () => {
  const refused = '10.0.0.1 1.1.1.1 1000 - - ACCEPT\n10.0.0.1 1.1.1.1 900 - - REJECT\n';
  expect(reportPicture(reportOn(`${HEADER}\n${refused}`))).toContain('>flow logs: 1,000 B</text>');
});
