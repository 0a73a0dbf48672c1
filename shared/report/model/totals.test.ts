import { describe, expect, test } from '@jest/globals';
import { reportOn } from '../../../tests/reporter/story.ts';

describe('exact sums', () => {
  const MOST = 2n ** 53n - 1n;

  test.each([
    [MOST - 1n, Number(MOST - 1n)],
    [MOST, Number(MOST)],
    [MOST + 1n, String(MOST + 1n)],
    [2n ** 64n - 1n, '18446744073709551615'],
  ])('of %d bytes are a number, or digits from where numbers are not exact', (bytes, told) => {
    const text = `srcaddr dstaddr bytes packets\n10.0.0.1 1.1.1.1 ${bytes} ${bytes}\n`;
    const { totals } = reportOn(text);
    const one = { flows: 1, bytes: told, packets: told };
    const none = { flows: 0, bytes: 0, packets: 0 };
    expect(totals).toMatchObject({
      ...one,
      forwarded: one,
      upload: one,
      download: none,
      rejected: none,
    });
  });

  test('of both directions and of refused traffic are separate, in bytes and in packets', () => {
    const text = [
      'srcaddr dstaddr bytes packets action',
      '10.0.0.1 1.1.1.1 4294967296 4294967297 ACCEPT',
      '1.1.1.1 10.0.0.1 30 3 ACCEPT',
      '1.1.1.1 10.0.0.1 40 4 -',
      '1.1.1.1 10.0.0.1 500 5 REJECT',
    ].join('\n');
    expect(reportOn(text).totals).toMatchObject({
      flows: 4,
      bytes: 2 ** 32 + 570,
      packets: 2 ** 32 + 13,
      forwarded: { flows: 3, bytes: 2 ** 32 + 70, packets: 2 ** 32 + 8 },
      upload: { flows: 1, bytes: 2 ** 32, packets: 2 ** 32 + 1 },
      download: { flows: 2, bytes: 70, packets: 7 },
      rejected: { flows: 1, bytes: 500, packets: 5 },
    });
  });

  test('are rounded to a number in rows only', () => {
    const text = `srcaddr dstaddr bytes start end\n10.0.0.1 1.1.1.1 ${2n ** 63n + 1n} 60 60\n`;
    const { totals, sources, destinations, services, ports, timeline } = reportOn(text);
    expect(totals.bytes).toBe(String(2n ** 63n + 1n));
    for (const { rows } of [sources, destinations, services, ports]) {
      expect(rows[0]).toMatchObject({ bytes: 2 ** 63, upload: 2 ** 63, download: 0, share: 1 });
    }
    expect(timeline?.total).toEqual([2 ** 63]);
  });

  test('count every line once, whatever its outcome', () => {
    const text = [
      'srcaddr dstaddr bytes log-status',
      ...Array<string>(5).fill('10.0.0.1 1.1.1.1 7 OK'),
      ...Array<string>(4).fill('- - - NODATA'),
      ...Array<string>(3).fill('- - - SKIPDATA'),
      ...Array<string>(2).fill('- - - OK'),
      'x y z OK',
    ].join('\n');
    expect(reportOn(text).records).toEqual({
      read: 15,
      ...{ ok: 5, nodata: 4, skipdata: 3, nonflow: 2, malformed: 1 },
      ...{ otherLeg: 0, otherInterface: 0, otherGateway: 0, otherTime: 0 },
      ofGateway: { ok: 5, nodata: 4, skipdata: 3, nonflow: 2 },
    });
  });
});
