/** Plans a run of the workflow that embeds, and sees that the bundle lies where its job reads it. */
import { join } from 'node:path';
import type { EmbedPlanned } from '../../protocol/embeddings.ts';
import { ensureBundle } from '../../runtime/embeddings/bundle-files.ts';
import { planRun, type PlanInput, type PlanPlace } from '../../runtime/embeddings/plan.ts';
import { embedPlace } from '../../runtime/embeddings/program.ts';

let place: PlanPlace | undefined;

export async function handler(input: PlanInput): Promise<EmbedPlanned> {
  place ??= embedPlace(__dirname);
  await ensureBundle(place.s3, place.workBucket, join(__dirname, 'bundle'));
  const planned = await planRun(place, input);
  console.log(JSON.stringify({ message: 'planned', ...planned }));
  return planned;
}
