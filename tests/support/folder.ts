import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A temporary folder for one test file. It is deleted after the tests. */
export function openFolder() {
  const path = mkdtempSync(join(tmpdir(), 'natflow-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return {
    path,
    /** Writes a file and returns its path. */
    write(name: string, content: string | Uint8Array): string {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}
