/** What the Snowball commands share: the environment's section, its jobs, and what is refused. */
import type { JobListEntry, SnowballClient } from '@aws-sdk/client-snowball';
import { parseJobDescription, type DeviceName, type Snowball } from '../protocol/snowball.ts';
import { UserError } from '../runtime/errors.ts';
import { didYouMean } from '../runtime/suggest.ts';
import type { ChosenEnvironment, Target } from './target.ts';

/** The environment's section. Throws where the estate does not say that the account may order. */
export async function customer(chosen: ChosenEnvironment): Promise<Snowball> {
  const { snowball } = chosen.environment;
  if (snowball?.existingSnowballCustomer) return snowball;
  const { REFUSAL, ALTERNATIVES } = await import('../runtime/snowball/errors.ts');
  throw new UserError(`environment ${chosen.environmentName}: ${REFUSAL}; ${ALTERNATIVES}`);
}

/** Names of the datasets that travel by Snowball in the environment. Throws when one is named that does not. */
export async function datasetsOf(chosen: ChosenEnvironment, named: readonly string[]): Promise<string[]> {
  const { snowballDatasets } = await import('../protocol/snowball-datasets.ts');
  const known = snowballDatasets(chosen.estate, chosen.environmentName);
  const bad = named.find((n) => !known.includes(n));
  if (bad !== undefined)
    throw new UserError(
      `dataset "${bad}" does not travel by Snowball in ${chosen.environmentName}; ${known.join(', ') || 'none does'}.${didYouMean(bad, known)}`,
    );
  return named.length > 0 ? [...named] : known;
}

/** Alias of the environment's data key (lib/security/keys.ts). */
export const dataKeyAlias = (estate: string, environment: string): string =>
  `alias/decant/${estate}/${environment}/data`;

/** Prefix of a dataset's keys in the raw bucket. */
export const prefixOf = (chosen: ChosenEnvironment, dataset: string): string =>
  `${chosen.estate.datasets[dataset]?.source ?? ''}/${dataset}/`;

export interface DeviceJob extends DeviceName {
  readonly jobId: string;
  readonly state: string;
  readonly createdAt: string;
  readonly dataset: string;
}

const deviceJob = (entry: JobListEntry): DeviceJob | undefined => {
  const name = parseJobDescription(entry.Description ?? '');
  return (
    name && {
      ...name,
      dataset: name.order.replace(/-\d+$/, ''),
      jobId: entry.JobId ?? '',
      state: entry.JobState ?? '',
      createdAt: (entry.CreationDate ?? new Date(0)).toISOString(),
    }
  );
};

/** The environment's jobs, oldest first. */
export async function jobsOf(target: Target, snowball: SnowballClient, dataset?: string): Promise<DeviceJob[]> {
  const { listJobs } = await import('../runtime/snowball/jobs.ts');
  const mine = `decant ${target.estate.estate} ${target.environmentName} `;
  const jobs = (await listJobs(snowball, (d) => d.startsWith(mine))).map(deviceJob).filter((j) => j !== undefined);
  return jobs
    .filter((j) => dataset === undefined || j.dataset === dataset)
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.device - b.device));
}

/** One job of the environment. Throws a UserError that names those there are. */
export async function jobOf(target: Target, snowball: SnowballClient, jobId: string): Promise<DeviceJob> {
  if (!/^JID[0-9a-f-]{36}$/.test(jobId))
    throw new UserError(`"${jobId}" is not the id of a job, which begins with JID; decant snowball status names them`);
  const jobs = await jobsOf(target, snowball);
  const found = jobs.find((j) => j.jobId === jobId);
  if (found) return found;
  const known = jobs.length > 0 ? `it has ${jobs.map((j) => j.jobId).join(', ')}` : 'it has none';
  throw new UserError(`${target.environmentName} has no job ${jobId}; ${known}`);
}
