// Ends every run with the totals on one line; a suite that cannot run counts as one failure.
module.exports = class Counts {
  onRunComplete(_contexts, r) {
    const failed = r.numFailedTests + r.numRuntimeErrorTestSuites;
    const skipped = r.numPendingTests + r.numTodoTests;
    process.once('exit', () =>
      process.stdout.write(`${r.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`),
    );
  }
};
