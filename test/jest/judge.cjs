// Before the judges: the assembly that all tests of templates share, and a second one with everything that judges at synthesis.
const { existsSync, rmSync } = require('node:fs');
const synth = require('./synth.cjs');

module.exports = () => {
  synth();
  rmSync('build/judged', { recursive: true, force: true });
  try {
    synth.synthesize('build/judged', {});
  } catch (error) {
    // Findings make the app fail; the tests then tell them one by one.
    if (!existsSync('build/judged/validation-report.json')) throw error;
  }
};
