// Synthesizes the app once for all infrastructure tests, into build/cdk.out.
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

module.exports = () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const r = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: 'build/cdk.out',
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  if (r.status !== 0) throw new Error(`synth failed\n${r.stderr}`);
};
