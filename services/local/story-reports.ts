import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import type { Report } from '../../shared/report/report.ts';
import type { FolderBucket } from './archive.ts';
import { ARCHIVE } from './deployment.ts';
import { type ReportFiles, reportFiles } from './report-files.ts';
import { reportPicture } from './report-picture.ts';

/** A report, and the files of the out folder that it is in. */
export interface StoryReport {
  /** Of its recording. */
  readonly id: string;
  readonly report: Report;
  readonly files: ReportFiles;
}

/** In mails: s3://bucket/key, and the link to the stand-in that opens it. */
const LINK = new RegExp(
  `(?:s3:/|http://127\\.0\\.0\\.1:\\d+)/${ARCHIVE}/([^\\s?]*)(?:\\?\\S+)?`,
  'g',
);

/** What the reporter keeps in the bucket, put where a person looks for it. */
export class StoryReports {
  readonly made: StoryReport[] = [];
  readonly #bucket: FolderBucket;
  readonly #out: string;
  readonly #names = new Map<string, string>();

  constructor(bucket: FolderBucket, out: string) {
    this.#bucket = bucket;
    this.#out = out;
  }

  /** Takes the report that the reporter has kept of a recording, byte for byte, and draws its picture. */
  async take(id: string): Promise<StoryReport> {
    const files = reportFiles(this.made.length + 1);
    for (const kind of ['html', 'json'] as const) {
      const key = `reports/${id}/report.${kind}`;
      const kept = await readFile(this.#bucket.file(key));
      await writeWholeFile(join(this.#out, files[kind]), kept);
      this.#names.set(key, files[kind]);
    }
    const report: Report = JSON.parse(await readFile(join(this.#out, files.json), 'utf8'));
    await writeWholeFile(join(this.#out, files.picture), reportPicture(report));
    const made = { id, report, files };
    this.made.push(made);
    return made;
  }

  /** The bucket's addresses in a mail lead nowhere when the story is over: they become paths of files. */
  withPaths(mail: string): string {
    return mail.replace(LINK, (_, key) =>
      join(this.#out, this.#names.get(key) ?? join('archive', key)),
    );
  }
}
