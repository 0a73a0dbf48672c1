import { build } from '../../infra/build.ts';

/** Builds the bundles that all test files deploy. */
export default async function (): Promise<void> {
  await build();
}
