// Synthesizes the fixture estate once for all infrastructure tests, into build/cdk.out.
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

const node = (args, env = {}) => {
  const r = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (r.status !== 0) throw new Error(`node ${args.join(' ')} failed\n${r.stderr}`);
};

module.exports = () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  node(['scripts/bundle.mjs']);
  node(['--import', 'tsx', 'bin/app.ts'], {
    CDK_OUTDIR: 'build/cdk.out',
    // The template validator runs in `cdk synth --strict`; here it would cost seconds for the same answer.
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, estate: 'test/fixtures/estate.yaml' }),
  });
};
