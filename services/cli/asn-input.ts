import { readFile } from 'node:fs/promises';
import type { AsnDatabase } from '../../shared/names/asn-database.ts';
import { UsageError } from './errors.ts';

/**
 * The database of AS numbers of `--asn`; undefined without one.
 * @throws UsageError for a file that cannot be read, or is no such database.
 */
export async function openAsn(file: string | undefined): Promise<AsnDatabase | undefined> {
  if (file === undefined) return undefined;
  try {
    // Loaded for those alone who have one.
    const { AsnDatabase } = await import('../../shared/names/asn-database.ts');
    return new AsnDatabase(await readFile(file), `--asn ${file}`);
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(message.startsWith('--asn') ? message : `--asn ${file}: ${message}`, {
      cause,
    });
  }
}
