import { expect, test } from '@jest/globals';
import { DEFAULT_PORTS, parseVersion } from './protocol.ts';

test.each([
  ['5', 5, 2055],
  ['9', 9, 2055],
  ['10', 10, 4739],
  ['ipfix', 10, 4739],
  ['IPFIX', 10, 4739],
])('%s is version %d, at port %d unless another is given', (text, version, port) => {
  expect(parseVersion(text)).toBe(version);
  expect(DEFAULT_PORTS[parseVersion(text)]).toBe(port);
});

test.each(['', '7', 'v9', '0x9'])('"%s" is not a version, as the error says', (text) => {
  expect(() => parseVersion(text)).toThrow(
    new RangeError(`${text} is not NetFlow 5, 9 or 10 (ipfix)`),
  );
});
