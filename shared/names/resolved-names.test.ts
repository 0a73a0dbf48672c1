import { expect, test } from '@jest/globals';
import { Address, NO_TIME } from '../flow/record.ts';
import { randomSource } from '../flowlog/synth.ts';
import { FOUND, ResolvedNames } from './resolved-names.ts';

function addressOf(w0: number): Address {
  return Object.assign(new Address(), { family: w0 === 0 ? 0 : 4, w0 });
}

test('what was found for the flow before changes nothing for the next one', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomSource(seed);
  const answers = Array.from({ length: 30 }, () => ({
    name: Buffer.from(`${'abc'[random(3)]}.example.com`),
    nameBytes: 'a.example.com'.length,
    addresses: [addressOf(1 + random(3))],
    count: 1,
    client: addressOf(10 + random(3)),
    vpcId: `vpc-${random(2)}`,
    time: random(20),
  }));
  const sealed = () => {
    const resolved = new ResolvedNames();
    for (const answer of answers) resolved.add(answer);
    resolved.seal();
    return resolved;
  };
  const resolved = sealed();
  for (let flow = 0; flow < 300; flow++) {
    const [client, peer] = [addressOf(9 + random(4)), addressOf(random(4))];
    const start = random(10) === 0 ? NO_TIME : random(25);
    const vpc = `vpc-${random(3)}`;
    const found = [resolved, flow % 3 === 0 ? sealed() : resolved].map((each) => {
      each.find(client, peer, start, each.vpcOf(vpc));
      return [seed, each.name, each.domain, each.found];
    });
    expect(found[0]).toEqual(found[1]);
  }
});

test('names are those that a plain search finds, however many answers an address has', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomSource(seed);
  // The first addresses have hundreds of answers, the last ones few.
  const answers = Array.from({ length: 2_000 }, () => ({
    text: `${'abcd'[random(4)]}.example.com`,
    peer: random(4) === 0 ? 5 + random(40) : 1 + random(4),
    client: 1000 + random(5),
    time: random(12),
  }));
  const resolved = new ResolvedNames();
  for (const { text, peer, client, time } of answers) {
    const name = Buffer.from(text);
    resolved.add({
      ...{ name, nameBytes: name.length, addresses: [addressOf(peer)], count: 1 },
      ...{ client: addressOf(client), vpcId: 'vpc-1', time },
    });
  }
  resolved.seal();
  for (let flow = 0; flow < 500; flow++) {
    const [client, peer, start] = [1000 + random(6), 1 + random(46), random(14)];
    const own = answers.filter((each) => each.client === client && each.peer === peer);
    const before = own.filter(({ time }) => time <= start);
    const latest = Math.max(...before.map(({ time }) => time));
    const expected = before.findLast(({ time }) => time === latest)?.text;
    resolved.find(addressOf(client), addressOf(peer), start, resolved.vpcOf('vpc-1'));
    const name = resolved.domains.of(resolved.name)?.name;
    const isOwn = resolved.found === FOUND.own;
    expect([seed, isOwn ? name : undefined]).toEqual([seed, expected]);
  }
});
