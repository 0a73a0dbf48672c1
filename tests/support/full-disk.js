import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** The bytes of a file that fit on the disk. */
const FREE_BYTES = 8192;

// With --import: simulates a nearly full disk, because mounting one needs root.
const { writeFile } = fs;
fs.writeFile = async (file, content, options) => {
  await writeFile(file, content.slice(0, FREE_BYTES), options);
  if (content.length <= FREE_BYTES) return;
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
};
syncBuiltinESMExports();
