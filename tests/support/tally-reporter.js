/** Prints `N passed, N failed` as the last line, which continuous integration reads. */
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    const tally = `${results.numPassedTests} passed, ${failed} failed${skipped}\n`;
    // Jest prints its own summary after its reporters have run.
    process.once('exit', () => process.stderr.write(tally));
  }
}
