// Starts one embedded AWS, empty and without stacks, for all tests of a project, and points the SDK of the workers at it.
const { spawnSync } = require('node:child_process');

const run = (verb) => {
  const r = spawnSync(process.execPath, ['--import', 'tsx', 'test/jest/emulator-run.ts', verb], { encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`the embedded AWS of the tests: ${verb} failed\n${r.stderr}`);
  return r.stdout;
};

module.exports = () => {
  Object.assign(process.env, JSON.parse(run('up')));
};

module.exports.run = run;
