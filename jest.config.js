import { availableParallelism } from 'node:os';

export default {
  testEnvironment: '<rootDir>/tests/support/leak-environment.js',
  // Many test files wait for a socket or a process: more files than cores run at a time.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testTimeout: 60_000,
  workerGracefulExitTimeout: 10_000,
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/services', '<rootDir>/shared', '<rootDir>/tests'],
  testPathIgnorePatterns: ['<rootDir>/tests/browser/', '<rootDir>/tests/collectors/'],
  setupFiles: ['<rootDir>/tests/support/seed.js'],
  injectGlobals: false,
  reporters: ['default', '<rootDir>/tests/support/tally-reporter.js'],
};
