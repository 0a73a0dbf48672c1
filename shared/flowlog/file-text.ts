import { csvLines } from './csv-lines.ts';
import { decompress } from './decompress.ts';
import { unwrapRecords } from './envelope/failed-records.ts';
import { byForm, type Form } from './form.ts';
import { linesAndJson } from './lines-and-json.ts';
import { withoutTabs } from './tab-lines.ts';
import { withoutTimes } from './timed-lines.ts';

/** A failed record that was re-ingested may fail again: records in records are read to this depth. */
const MAX_DEPTH = 5;

/**
 * The flow log text in an input of this form: lines, and JSON records that wrap lines. Of what Firehose keeps
 * of records that could not be transformed (objects below `processing-failed`), each record is read as a file is.
 */
export function textOf(
  form: Form,
  pieces: AsyncIterable<Uint8Array>,
  depth = 0,
): AsyncIterable<Uint8Array> {
  switch (form) {
    case 'parquet':
      throw new Error('a Parquet file within a record');
    case 'nothing':
      return noText();
    case 'json':
      return readJson(pieces, depth);
    case 'times':
      return withoutTimes(pieces);
    case 'tabs':
      return withoutTabs(pieces);
    case 'csv':
      return csvLines(pieces);
    case 'records':
      return pieces;
    case 'text':
      return linesAndJson(pieces, (json) => readJson(json, depth));
  }
}

/** Few inputs have JSON: what reads it is loaded on use. */
async function* readJson(
  pieces: AsyncIterable<Uint8Array>,
  depth: number,
): AsyncGenerator<Uint8Array> {
  if (depth >= MAX_DEPTH) {
    yield* pieces;
    return;
  }
  const { jsonRecords } = await import('./json-records.ts');
  yield* failedRecords(jsonRecords(pieces), depth + 1);
}

function failedRecords(json: AsyncIterable<Uint8Array>, depth: number): AsyncGenerator<Uint8Array> {
  return unwrapRecords(json, (record) =>
    byForm(decompress(record), (form, pieces) => textOf(form, pieces, depth)),
  );
}

async function* noText(): AsyncGenerator<Uint8Array> {}
