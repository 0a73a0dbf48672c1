import type { Finding } from '../../../shared/contract/doctor.ts';
import { printable } from '../../../shared/text/printable.ts';
import type { Check } from './check.ts';
import { CONTINUOUS_CHECKS } from './continuous-checks.ts';
import { DELIVERY_CHECKS } from './delivery-checks.ts';
import type { Facts } from './facts.ts';
import { RECORDING_CHECKS } from './recording-checks.ts';
import { SUMMARY_CHECKS } from './summary-checks.ts';

/** Everything that the first spike needs, in the order in which it needs it, then what some stacks have besides. */
const DOCTOR_CHECKS: readonly Check[] = [
  ...RECORDING_CHECKS,
  ...DELIVERY_CHECKS,
  ...SUMMARY_CHECKS,
  ...CONTINUOUS_CHECKS,
];

/** The findings of all checks. */
export function diagnose(facts: Facts): Finding[] {
  return DOCTOR_CHECKS.flatMap(({ name, run }) =>
    run(facts).map(({ text, ...found }) => ({ check: name, ...found, text: printable(text) })),
  );
}
