import { expect, test } from '@jest/globals';
import { Address, NO_TIME } from '../flow/record.ts';
import { randomSource } from '../flowlog/synth.ts';
import { ResolvedNames } from './resolved-names.ts';

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
