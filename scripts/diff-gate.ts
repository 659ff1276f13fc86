/**
 * `npm run diff-gate`: fails when deploying this tree over the last release would replace, delete or unprotect anything
 * stateful. `-- --accept` makes this tree the release that later ones are compared with.
 */
import { createRequire } from 'node:module';
import { compareTemplates } from './diff-gate/compare.ts';
import { readRelease, templatesOf, writeRelease } from './diff-gate/release.ts';

const OUT = 'build/diff-gate';
const { synthesize } = createRequire(import.meta.url)('../test/jest/synth.cjs') as {
  synthesize: (out: string, env: Record<string, string>) => void;
};

synthesize(OUT, { CDK_VALIDATION: 'false' });
const now = templatesOf(OUT, 'prod');
if (process.argv.includes('--accept')) {
  writeRelease(now);
  console.log(`${Object.keys(now).length} stacks are now the release that later ones are compared with`);
} else {
  const before = readRelease();
  const dangers = compareTemplates(before, now);
  for (const d of dangers) console.error(`${d.stack}: ${d.type} ${d.logicalId} ${d.what}`);
  console.log(`${Object.keys(before).length} stacks compared with the last release, ${dangers.length} dangers`);
  process.exitCode = dangers.length ? 1 : 0;
}
