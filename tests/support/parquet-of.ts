import { parquetWriteBuffer } from 'hyparquet-writer';
import { fieldKind } from '../../shared/flowlog/fields.ts';
import type { Format } from '../../shared/flowlog/format.ts';

/** How a file is cut: rows of a row group, bytes of a page; and how its pages are compressed. */
export interface ParquetLayout {
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
  readonly codec?: 'SNAPPY' | 'UNCOMPRESSED';
}

/** A Parquet file of these lines as AWS names and types its columns; `-` is null. */
export function parquetOf(
  format: Format,
  lines: readonly string[],
  layout: ParquetLayout = {},
): Uint8Array {
  const rows = lines.map((line) => line.split(' '));
  const columnData = format.map((name, index) => {
    const isNumber = ['integer', 'seconds'].includes(fieldKind(name));
    const data = rows.map((row) => {
      const value = row[index] ?? '-';
      if (value === '-') return null;
      return isNumber ? BigInt(value) : value;
    });
    const type = isNumber ? ('INT64' as const) : ('STRING' as const);
    return { name: name.replaceAll('-', '_'), type, data };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData, ...layout }));
}
