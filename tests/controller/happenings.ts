import fc from 'fast-check';
import type { Alarm } from '../../services/controller/watch.ts';
import { CALLS, type Call, type Fault } from './calls.ts';

/** An operation of a history. Indexes are modulo the number of choices. */
export type Happening =
  | { do: 'advance'; seconds: number }
  | { do: 'alarm'; gateway: number; state: Alarm['state'] }
  | { do: 'deliver' | 'repeat' | 'lose' | 'step' | 'finish'; index: number }
  | { do: 'fault'; call: Call; fault: Fault }
  | {
      do: 'start' | 'stop' | 'reset' | 'refuse' | 'allow' | 'meddle' | 'plant' | 'fail';
      gateway: number;
    }
  | { do: 'sweep' }
  | { do: 'calm' };

/** Two gateways, to check that they do not affect each other. */
export const GATEWAYS = ['nat-0a', 'nat-0b'] as const;

const index = fc.nat(7);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

const time = (...seconds: number[]): fc.Arbitrary<Happening> =>
  fc.record({ do: fc.constant('advance' as const), seconds: fc.constantFrom(...seconds) });

const alarm = (gateway: fc.Arbitrary<number>): fc.Arbitrary<Happening> =>
  fc.record({
    do: fc.constant('alarm' as const),
    gateway,
    state: fc.constantFrom<Alarm['state'][]>('ALARM', 'ALARM', 'OK', 'OK', 'INSUFFICIENT_DATA'),
  });

const delivery: fc.Arbitrary<Happening> = fc.record({
  do: fc.constantFrom('deliver', 'deliver', 'repeat', 'lose'),
  index,
});

const progress: fc.Arbitrary<Happening> = fc.record({
  do: fc.constantFrom('step', 'finish'),
  index,
});

const fault: fc.Arbitrary<Happening> = fc.record({
  do: fc.constant('fault' as const),
  call: fc.constantFrom(...CALLS),
  fault: fc.constantFrom(
    'throttled',
    'throttled',
    'lost',
    'repeated',
    'late',
    'crash before',
    'crash after',
  ),
});

const partly = fc.constant<Happening>({ do: 'fault', call: 'notify', fault: 'partly' });

const sweep = fc.constant<Happening>({ do: 'sweep' });
const calm = fc.constant<Happening>({ do: 'calm' });

/** All operations, over hours and two gateways. */
const rough = fc.oneof(
  weighted(4, time(1, 30, 61, 130, 300, 900)),
  weighted(6, alarm(fc.nat(GATEWAYS.length - 1))),
  weighted(10, delivery),
  weighted(18, progress),
  weighted(6, fault),
  weighted(1, partly),
  weighted(
    2,
    fc.record({
      do: fc.constantFrom('start', 'stop', 'reset', 'refuse', 'allow', 'meddle', 'plant', 'fail'),
      gateway: fc.nat(GATEWAYS.length - 1),
    }),
  ),
  weighted(2, sweep),
  weighted(1, calm),
);

/** Many concurrent invocations for one gateway within minutes, each a few calls at a time. */
const crowded = fc.oneof(
  weighted(1, time(1, 30, 130)),
  weighted(3, alarm(fc.constant(0))),
  weighted(4, delivery),
  weighted(24, fc.record({ do: fc.constantFrom('step', 'step', 'step', 'finish'), index })),
  weighted(4, fc.record({ do: fc.constantFrom('start', 'stop'), gateway: fc.constant(0) })),
  weighted(2, sweep),
  weighted(2, fault),
);

const long = { minLength: 5, maxLength: 120, size: 'max' } as const;

/** Histories with operations in the proportions that find most defects. */
export const happenings: fc.Arbitrary<Happening[]> = fc.oneof(
  fc.array(rough, long),
  fc.array(crowded, long),
);
