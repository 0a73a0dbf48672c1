import { env } from 'node:process';

// Loaded only on demand, because it takes longer than most test files.
if (env['NATFLOW_SEED'] !== undefined) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: Number(env['NATFLOW_SEED']) });
}
