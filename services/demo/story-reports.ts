import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readReport } from '../../shared/contract/reporter.ts';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import type { FolderBucket } from '../local-aws/folder-bucket.ts';
import { ARCHIVE } from './deployment.ts';
import { reportPicture } from './report-picture.ts';
import type { ReportFiles, StoryReport } from './story-events.ts';

/** A presigned link to an object in the stand-in of S3. */
const LINK = new RegExp(`http://127\\.0\\.0\\.1:\\d+/${ARCHIVE}/([^\\s?]*)(?:\\?\\S+)?`, 'g');

/** The file names of the first report (1), the second one, … */
export function reportFiles(number: number): ReportFiles {
  const suffix = number === 1 ? '' : `-${number}`;
  return {
    html: `report${suffix}.html`,
    json: `report${suffix}.json`,
    picture: `report${suffix}.svg`,
    mail: `mail-finished${suffix}.txt`,
  };
}

/** Copies the reports that the deployed reporter has put into the bucket to the out folder. */
export class StoryReports {
  /** In the order of their recordings. */
  readonly collected: StoryReport[] = [];
  readonly #bucket: FolderBucket;
  readonly #out: string;
  /** File names in the out folder by object key. */
  readonly #names = new Map<string, string>();

  constructor(bucket: FolderBucket, out: string) {
    this.#bucket = bucket;
    this.#out = out;
  }

  /** Copies the report of a recording byte for byte, and draws its picture. */
  async collect(id: string): Promise<StoryReport> {
    const files = reportFiles(this.collected.length + 1);
    for (const kind of ['html', 'json'] as const) {
      const key = `reports/${id}/report.${kind}`;
      await writeWholeFile(join(this.#out, files[kind]), await readFile(this.#bucket.file(key)));
      this.#names.set(key, files[kind]);
    }
    const report = readReport(await readFile(join(this.#out, files.json), 'utf8'));
    await writeWholeFile(join(this.#out, files.picture), reportPicture(report));
    const collected = { id, report, files };
    this.collected.push(collected);
    return collected;
  }

  /** The mail with paths of files in place of links: the stand-in of S3 ends with the story. */
  withPaths(mail: string): string {
    return mail.replace(LINK, (_, key) =>
      join(this.#out, this.#names.get(key) ?? join('archive', key)),
    );
  }
}
