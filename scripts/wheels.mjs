// Builds what a Spark cluster installs into build/glue/: the wheel of decant_embed, and with --wheelhouse the zip of what that needs.
// Prints the path of the last. Run: npm run -s wheels -- --wheelhouse
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const python = process.env['DECANT_PYTHON'] ?? 'python3';
const kinds = process.argv.includes('--wheelhouse') ? ['wheel', 'wheelhouse'] : ['wheel'];

let made = '';
for (const kind of kinds) {
  const run = spawnSync(python, [join(root, 'glue', 'embed', 'wheels.py'), kind, join(root, 'build', 'glue')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) {
    const remedy = 'Python 3.11 or newer with pip is needed: set DECANT_PYTHON to it';
    console.error(`the ${kind} could not be built${run.error ? ` (${run.error.message})` : ''}. ${remedy}`);
    process.exit(1);
  }
  made = run.stdout.trim();
}
console.log(made);
