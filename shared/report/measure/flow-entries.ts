import { FIELD } from './fields.ts';

/*
 * What a report reads, as words, so that another thread can add it up. Each line is an entry, which begins with a word that
 * has its kind in the lowest bits.
 */

/**
 * The kinds of entries. `value` tells what a number stands for, `interface` what the first line of one says; `other` is a
 * line that is no flow. `answer` is one of a query log, of which there is none after `sealed`.
 */
export const KIND = { flow: 0, value: 1, interface: 2, other: 3, answer: 4, sealed: 5 } as const;
export const KIND_MASK = 7;

/** Where the parts of a flow stand, in words. Its addresses follow: none, one or four words each. */
export const FLOW = {
  ...{ interface: 1, ports: 2, protocol: 3, bytesHigh: 4, bytesLow: 5, packetsHigh: 6 },
  ...{ packetsLow: 7, start: 8, end: 9, services: 10, vpc: 11, words: 12, most: 28 },
} as const;
/** Where the further parts of its first word begin, in bits. */
export const SHIFT = {
  ...{ source: 3, destination: 6, packetSource: 9, packetDestination: 12, direction: 15 },
  status: 17,
} as const;
export const FAMILY_MASK = 7;
export const DIRECTION_MASK = 3;
export const STATUS_MASK = 255;
export const FLAG = {
  ...{ regional: 1 << 25, hasStart: 1 << 26, hasEnd: 1 << 27, hasSource: 1 << 28 },
  ...{ hasDestination: 1 << 29, isInstance: 1 << 30 },
} as const;
/** The value follows, a word for each of its bytes. */
export const VALUE = { group: 1, number: 2, length: 3, words: 4 } as const;
/** Its texts follow, each after its length, a word for each UTF-16 unit. */
export const INTERFACE = { index: 1, words: 2 } as const;
/** The name of its interface follows. */
export const OTHER = { outcome: 1, words: 2 } as const;
export const OUTCOMES = ['nodata', 'skipdata', 'nonflow'] as const;

/** What values have numbers, by which each flow tells them: the services of both sides together, and VPCs. */
export const GROUP = { service: 0, vpc: 1 } as const;
/** The fields that are told once for each interface. */
export const SAID = [
  ...[FIELD.region, FIELD.zone, FIELD.interface, FIELD.resource, FIELD.instance],
  FIELD.interfaceType,
] as const;
