/** Plans a run of the workflow that embeds, and sees that bundle and job files lie where its job reads them. */
import { join } from 'node:path';
import { EmbedPlanEnv } from '../../protocol/env.ts';
import type { EmbedPlanned, JobCopies } from '../../protocol/embeddings.ts';
import { ensureBundle } from '../../runtime/embeddings/bundle-files.ts';
import { ensureJobFiles } from '../../runtime/embeddings/job-files.ts';
import { planRun, type PlanInput, type PlanPlace } from '../../runtime/embeddings/plan.ts';
import { embedPlace } from '../../runtime/embeddings/program.ts';
import { readEnv } from '../../runtime/env.ts';

let place: PlanPlace | undefined;

export async function handler(input: PlanInput): Promise<EmbedPlanned> {
  place ??= embedPlace(__dirname);
  const { s3, workBucket } = place;
  const { jobCopies } = readEnv(EmbedPlanEnv);
  await ensureBundle(s3, workBucket, join(__dirname, 'bundle'));
  await ensureJobFiles(s3, workBucket, JSON.parse(jobCopies) as JobCopies);
  const planned = await planRun(place, input);
  console.log(JSON.stringify({ message: 'planned', ...planned }));
  return planned;
}
