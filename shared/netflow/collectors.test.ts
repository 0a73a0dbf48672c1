import { expect, test } from '@jest/globals';
import { formatCollector, parseCollectors } from './collectors.ts';

test.each([
  ['udp://10.0.0.9:9995', [{ host: '10.0.0.9', port: 9995 }]],
  ['udp://[::1]', [{ host: '::1', port: 2055 }]],
  ['udp', [{ host: 'udp', port: 2055 }]],
  ['10.0.0.9:9995', [{ host: '10.0.0.9', port: 9995 }]],
  ['collector.example:1', [{ host: 'collector.example', port: 1 }]],
  ['[2001:db8::1]:65535', [{ host: '2001:db8::1', port: 65_535 }]],
  ['10.0.0.9', [{ host: '10.0.0.9', port: 2055 }]],
  ['[::1]', [{ host: '::1', port: 2055 }]],
  [
    'a:1,[::1]:2, udp://b ',
    [
      { host: 'a', port: 1 },
      { host: '::1', port: 2 },
      { host: 'b', port: 2055 },
    ],
  ],
])('%s names its collectors, at the default port where it says none', (text, collectors) => {
  expect(parseCollectors(text, 2055)).toEqual(
    collectors.map((collector) => ({ scheme: 'udp', ...collector })),
  );
});

test.each([
  [''],
  [':2055'],
  ['a:'],
  ['a:0'],
  ['a:65536'],
  ['a:-1'],
  ['a:x'],
  ['a b:1'],
  ['a:1:2'],
  ['[10.0.0.9]:1'],
  ['[::1'],
  ['[::x]:1'],
  ['tcp://a:1'],
  ['udp://'],
  ['udp:a'],
  ['udp://a b:1'],
  ['UDP://a:1'],
])('"%s" is no collector, which the error quotes', (text) => {
  expect(() => parseCollectors(text, 2055)).toThrow(new RangeError(`"${text}" is not host:port`));
});

test('of several collectors, the error quotes the invalid one', () => {
  expect(() => parseCollectors('a:1,b:x', 2055)).toThrow('"b:x"');
});

test.each([['a:1'], ['10.0.0.9:2055'], ['[2001:db8::1]:4739']])(
  '%s is formatted as it was read',
  (text) => {
    expect(parseCollectors(text, 1).map(formatCollector)).toEqual([text]);
  },
);
