/** Stops a copy: its batch jobs are cancelled and its role is disabled. What is copied stays; a run goes on with the rest. */
import { inParallel } from '../many.ts';
import { cancelJob, describeJob, hasEnded } from './jobs.ts';
import type { CopyPlace } from './place.ts';
import type { CopyRecord, JobRecord, PlanRecord } from './record.ts';
import { stateOf } from './rounds.ts';
import { disableRole } from './switch.ts';

/** Returns how many jobs were cancelled. */
export async function stopCopy(
  place: CopyPlace,
  copy: { readonly record: CopyRecord; readonly plan: PlanRecord } | undefined,
): Promise<number> {
  const waiting = copy ? (await stateOf(copy.record, copy.plan)).waiting : [];
  const jobs = await inParallel(waiting, 8, (s) => copy?.record.read<JobRecord>(`jobs/${s.id}.json`) ?? none());
  let cancelled = 0;
  for (const id of jobs.map((j) => j?.jobId)) {
    if (id === undefined || hasEnded(await describeJob(place, id))) continue;
    await cancelJob(place, id, 'Stopped by decant copy stop');
    cancelled++;
  }
  await disableRole(place);
  return cancelled;
}

const none = (): Promise<undefined> => Promise.resolve(undefined);
