import * as v from 'valibot';

/** What one check of `natflow doctor` found. */
export const FINDING = v.object({
  /** The name of the check. */
  check: v.string(),
  /** `unknown`: nothing is known to be wrong, and nothing shows yet that it is right. */
  status: v.picklist(['ok', 'unknown', 'wrong']),
  text: v.string(),
  /** A command of the AWS CLI that mends it, or shows what to mend. */
  remedy: v.optional(v.string()),
});

export type Finding = v.InferOutput<typeof FINDING>;
