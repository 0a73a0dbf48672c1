import { expect, test } from '@jest/globals';
import { GIB } from '../../text/units.ts';
import { elsewhereText } from './elsewhere.ts';

const S3 = { service: 'S3', region: 'eu-west-1', home: 'us-east-1' };
const ON_TOP = 'data transfer between regions comes on top of these amounts';

test.each([
  [
    'both ways',
    { upload: 6 * GIB, download: 20 * GIB },
    ': $0.12 ($0.02/GiB) for the 6.00 GiB sent there, and $0.40 ($0.02/GiB) for the 20.00 GiB sent from there, which the owner of what sent it pays',
  ],
  [
    'only there',
    { upload: 6 * GIB, download: 0 },
    ': $0.12 ($0.02/GiB) for the 6.00 GiB sent there',
  ],
  ['nothing', { upload: 0, download: 0 }, ''],
  [
    'to the nearest region',
    { region: 'us-east-2', upload: 6 * GIB, download: 0 },
    ': $0.060 ($0.01/GiB) for the 6.00 GiB sent there',
  ],
  [
    'from a region without a known price',
    { region: 'sa-east-1', upload: 0, download: 2 * GIB },
    ': an amount that is not known (no price from sa-east-1) for the 2.00 GiB sent from there, which the owner of what sent it pays',
  ],
  [
    'from a region that is none',
    { home: 'constructor', upload: GIB, download: 0 },
    ': an amount that is not known (no price from constructor) for the 1.00 GiB sent there',
  ],
])('what the transfer to another region costs: %s', (_, amounts, transfer) => {
  expect(elsewhereText({ ...S3, ...amounts })).toBe(
    `of another region: no gateway endpoint reaches it; ${ON_TOP}${transfer}`,
  );
});

test('a service without gateway endpoints is not told that none reaches it', () => {
  const text = elsewhereText({ ...S3, service: 'EC2', upload: GIB, download: 0 });
  expect(text).toMatch(/^of another region: data transfer between regions /);
});
