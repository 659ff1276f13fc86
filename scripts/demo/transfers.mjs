// Moves what travels over the line, and heals what failed.
import { decantJson } from './decant.mjs';
import { lockOneFile } from './site.mjs';

/** Transfers every dataset of the file servers; files that are in the raw bucket now and were not before. */
export async function transfer({ endpoint, first }, say) {
  if (first) await lockOneFile(endpoint);
  say('moving the file servers by DataSync');
  const { ended } = await decantJson(['transfer', 'run', '--all', '--wait', '--json'], { accept: [0, 1] });
  let objects = 0;
  for (const { dataset, outcome, open } of ended) {
    objects += outcome.transferred;
    if (open > 0) say(`  ${dataset}: ${outcome.transferred} files moved, ${open} could not be read`);
  }
  const failed = ended.reduce((sum, e) => sum + e.open, 0);
  if (failed === 0) return objects;
  say('running the retry list');
  const { retried } = await decantJson(['transfer', 'retry', '--all', '--json']);
  const left = retried.reduce((sum, r) => sum + r.open.length, 0);
  say(`  ${failed - left} of ${failed} files healed`);
  return objects + failed - left;
}
