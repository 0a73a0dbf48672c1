import { describe, expect, test } from '@jest/globals';
import { exportLines, NOW_SECONDS } from '../../tests/support/export-lines.ts';
import {
  EXPORTABLE_FORMAT as FORMAT,
  exportableLine as line,
} from '../../tests/support/exportable-line.ts';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import type { Version } from './protocol.ts';

const many = (count: number) => Array.from({ length: count }, (_, i) => line({ srcport: i }));

describe('templates', () => {
  const announced = (version: Version, options: object) =>
    exportLines(version, FORMAT, many(600), options).packets.map(
      ({ templates }) => templates.length,
    );

  /** Whether each packet has templates: the first three, and every so many after the third. */
  const due = (counts: readonly number[], every: number) =>
    counts.map((_, i) => i < 3 || (i - 2) % every === 0);

  test.each([9, 10] as const)(
    'of version %d are in the first three packets and again after so many',
    (version) => {
      const counts = announced(version, { templateEveryPackets: 10 });
      expect(counts.length).toBeGreaterThan(20);
      expect(counts.map((count) => count > 0)).toEqual(due(counts, 10));
    },
  );

  test.each([9, 10] as const)('of version %d are in as many first packets as asked', (version) => {
    const counts = announced(version, { templateFirstPackets: 5, templateEveryPackets: 1000 });
    expect(counts.map((count) => count > 0)).toEqual(counts.map((_, i) => i < 5));
  });

  test.each([9, 10] as const)('of version %d come again after 20 packets by default', (version) => {
    const counts = exportLines(version, FORMAT, many(1300), {}).packets.map(
      ({ templates }) => templates.length,
    );
    expect(counts.length).toBeGreaterThan(41);
    expect(counts.map((count) => count > 0)).toEqual(due(counts, 20));
  });

  /** The seconds of the packets that begin with templates, when one packet is made each second. */
  function announcedAt(version: Version, seconds: readonly number[], options: object): number[] {
    let now = 0;
    const exporter = newExporter({
      version,
      domain: 1,
      templateFirstPackets: 1,
      now: () => (NOW_SECONDS + now) * 1000,
      ...options,
    });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    return seconds.filter((second) => {
      now = second;
      parser.write(Buffer.from(`${line()}\n`.repeat(2)));
      return exporter.finish().some((packet) => packet.templates > 0);
    });
  }
  const SECONDS = Array.from({ length: 100 }, (_, second) => second);

  test.each([9, 10] as const)('of version %d come again after so many seconds', (version) => {
    const options = { templateEverySeconds: 10, templateEveryPackets: 1000 };
    expect(announcedAt(version, SECONDS, options)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  test.each([9, 10] as const)('of version %d come again after 30 seconds by default', (version) => {
    const options = { templateEveryPackets: 1000 };
    expect(announcedAt(version, SECONDS, options)).toEqual([0, 30, 60, 90]);
    expect(announcedAt(version, [0, 29.999, 30, 59.999, 60], {})).toEqual([0, 30, 60]);
  });

  test.each([9, 10] as const)(
    'of version %d are due by packets and seconds since they were last sent',
    (version) => {
      const options = { templateEveryPackets: 4, templateEverySeconds: 5 };
      // Four packets in three seconds; then five seconds with two packets; then four packets.
      const seconds = [0, 1, 2, 2.5, 3, 6, 8, 8.1, 8.2, 8.3, 8.4];
      expect(announcedAt(version, seconds, options)).toEqual([0, 3, 8, 8.4]);
    },
  );

  test.each([9, 10] as const)('of version %d come again when asked for', (version) => {
    const exporter = newExporter({ version, domain: 1, templateFirstPackets: 1 });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    const templates = () => {
      parser.write(Buffer.from(`${line()}\n${line()}\n`));
      return exporter.finish().map((packet) => packet.templates > 0);
    };
    expect([templates(), templates()]).toEqual([[true], [false]]);
    exporter.repeatTemplates();
    expect(templates()).toEqual([true]);
  });

  test('of IPv4, IPv6 and translated IPv4 have ids that do not change', () => {
    const { packets } = exportLines(10, FORMAT, [line()]);
    expect(packets[0]?.templates.map(({ id }) => id)).toEqual([256, 257, 258]);
  });
});
