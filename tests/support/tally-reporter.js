/** Ends the output with the plain line that continuous integration reads: `N passed, N failed`. */
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    const tally = `${results.numPassedTests} passed, ${failed} failed${skipped}\n`;
    // Jest prints its own summary after its reporters have run.
    process.once('exit', () => process.stderr.write(tally));
  }
}
