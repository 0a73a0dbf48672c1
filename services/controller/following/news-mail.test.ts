import { expect, test } from '@jest/globals';
import { dangersIn, HOSTILE } from '../../../tests/support/hostile-text.ts';
import { newsMail } from './news-mail.ts';

const PLACE = { stack: 'natflow', region: 'eu-west-1', dashboardUrl: 'https://example.org' };
const gone = { id: 'nat-0b', name: 'egress-b', isDeleted: true };

test.each([
  [{ added: [{ id: 'nat-0a', name: 'egress-a' }], removed: [] }, 'natflow follows egress-a'],
  [{ added: [], removed: [gone] }, 'natflow no longer follows egress-b'],
  [
    { added: [{ id: 'nat-0a' }, { id: 'nat-0c' }], removed: [gone] },
    'natflow follows 2 NAT gateways, and no longer follows egress-b',
  ],
])('the mail of %j has the subject "%s"', (news, subject) => {
  expect(newsMail(news, PLACE).subject).toBe(subject);
});

test('the mail names each gateway and why it is not followed any more, and not hundreds of them', () => {
  const unchosen = { id: 'nat-0c', isDeleted: false };
  const added = Array.from({ length: 60 }, (_, i) => ({ id: `nat-0${i}` }));
  const { body } = newsMail({ added, removed: [gone, unchosen] }, PLACE);
  expect(body).toContain('No longer followed: egress-b (nat-0b), which is deleted.\n');
  expect(body).toContain(
    'No longer followed: nat-0c, which NatGatewayIds does not choose any more.\n',
  );
  expect(body.match(/^Followed from now on: /gm)).toHaveLength(50);
  expect(body).toContain('And 10 others.\n');
});

test("a gateway's name forges no line of the mail", () => {
  const { subject, body } = newsMail(
    { added: [{ id: 'nat-0a', name: HOSTILE }], removed: [] },
    PLACE,
  );
  expect([...dangersIn(subject), ...dangersIn(body.replaceAll('\n', ''))]).toEqual([]);
  expect(body.trim().split('\n')).toHaveLength(5);
});
