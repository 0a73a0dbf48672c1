import { expect, test } from '@jest/globals';
import { byForm } from './form.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

/** The form that is recognised, and the input that its reader gets. */
async function formOf(input: string, size: number) {
  let form: string | undefined;
  let text = '';
  const read = byForm(pieces(input, size), (recognised, whole) => {
    form = recognised;
    return whole;
  });
  for await (const piece of read) text += Buffer.from(piece).toString();
  return { form, text };
}

test.each([
  ['parquet', 'PAR1\x15\x04\x15\x10PAR1'],
  ['nothing', 'Permission Check Successful'],
  ['json', '{"timestamp":1,"message":"2 1"}'],
  ['json', '\uFEFF[\n{"message":"2 1"}]'],
  ['json', '\r\n{\n  "message": "2 1"\n}\n'],
  ['times', '2023-11-14T22:13:21.000Z 2 123456789012'],
  ['times', '2023-11-14T22:13:21+00:00 eni-1-all 2 123456789012\n'],
  ['csv', 'timestamp,message\n1700000000000,2 1\n'],
  ['csv', '"@timestamp","@message"\r\n'],
  ['times', '\u001b[32m2023-11-14T22:13:21\u001b[0m 2 123456789012'],
  ['tabs', 'EVENTS\t1700000000001\t2 1\t1700000000000\n'],
  ['tabs', 'b/3/s\tf/3/s\nEVENTS\t1'],
  ['tabs', '2 1 eni-1\t2 1 eni-1\n'],
  ['records', '{"message":"2 1"}\n{"message":"2 1"}'],
  ...[
    '',
    '\n',
    'PAR',
    'PAR2 a',
    ' PAR1',
    'version PAR1',
    '2 123456789012 eni-1',
    ' 2023',
    '2 1\tx',
  ].map((text) => ['text', text] as const),
])('%s is recognised: %j', async (form, text) => {
  for (const size of [1, 4, 1000]) expect(await formOf(text, size)).toEqual({ form, text });
});

test('a first line that is long is not waited for', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 1000;
      yield Buffer.alloc(1000, 'x');
    }
  }
  for await (const _ of byForm(endless(), (_, whole) => whole)) break;
  expect(given).toBeLessThan(10_000);
});
