// Synthesizes the fixture estate once for all tests of templates, into build/cdk.out.
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

const node = (args, env = {}) => {
  const r = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (r.status !== 0) throw new Error(`node ${args.join(' ')} failed\n${r.stdout}${r.stderr}`);
};

/** Runs the app on the fixture estate. */
const synthesize = (out, env) => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  node(['scripts/bundle.mjs']);
  node(['--import', 'tsx', 'bin/app.ts'], {
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, estate: 'test/fixtures/estate.yaml' }),
    ...env,
  });
};

module.exports = () => {
  // Two projects ask for the same assembly in one run.
  if (globalThis.__synthesized) return;
  // What judges the templates runs in the project of that name; here it would cost seconds for the same answer.
  synthesize('build/cdk.out', { CDK_VALIDATION: 'false' });
  globalThis.__synthesized = true;
};
module.exports.synthesize = synthesize;
