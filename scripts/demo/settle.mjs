// Waits until what was delivered has come to rest.
import { setTimeout as sleep } from 'node:timers/promises';
import { decantJson } from './decant.mjs';

/** The pipeline takes seconds here; after so long something is wrong. */
const PATIENCE_MS = 10 * 60_000;
const LOOK_MS = 1000;

/** Sums over all datasets. */
export function sumOf(status) {
  const sum = { objects: status.unclassified.objects, rowsIn: 0, rowsOut: 0, rowsQuarantined: 0 };
  for (const d of status.datasets) {
    for (const n of Object.values(d.objects)) sum.objects += n;
    for (const name of ['rowsIn', 'rowsOut', 'rowsQuarantined']) sum[name] += d[name];
  }
  return sum;
}

const waiting = (status) => status.datasets.reduce((n, d) => n + d.objects.waiting + d.objects.claimed, 0);
const busy = (status) =>
  waiting(status) + status.running.ingest + status.running.backfill + status.queue.waiting + status.queue.inFlight;

/** The status once every delivered object is recorded and nothing is at work. `objects`: delivered since `before`. */
export async function settled(before, objects, say) {
  const expected = sumOf(before).objects + objects;
  const started = Date.now();
  let last = '';
  for (;;) {
    const status = await decantJson(['status', '--json']);
    const { objects: known } = sumOf(status);
    if (known >= expected && busy(status) === 0) return status;
    const line = `  ${known} of ${expected} objects recorded, ${waiting(status)} in work, ${status.running.ingest} runs`;
    if (line !== last) say((last = line));
    if (Date.now() - started > PATIENCE_MS) {
      throw new Error(
        `the pipeline did not come to rest within ${PATIENCE_MS / 60_000} minutes; look at: npx decant status, npx decant runs --failed`,
      );
    }
    await sleep(LOOK_MS);
  }
}
