import { expect, test } from '@jest/globals';
import { GATEWAY, INTERFACE, storyNetwork } from '../../../tests/reporter/story.ts';
import { namesOfGateway } from './network.ts';

test('a gateway has its own names and those of its interfaces', () => {
  expect([...namesOfGateway(GATEWAY, storyNetwork())]).toEqual([GATEWAY, INTERFACE]);
  expect([...namesOfGateway('eni-9', storyNetwork())]).toEqual(['eni-9']);
});
