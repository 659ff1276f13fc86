/** The transfers of a deployed environment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tasksPath, type Places } from '../../protocol/places.ts';
import { s3Client } from '../aws.ts';
import { readParameters } from '../parameters.ts';
import { datasyncClient, type TransferPlace } from './place.ts';
import { transferStatus, type TransferStatus } from './status.ts';

/** What works with the transfers of an environment. */
export async function transferPlaceOf(estate: string, environment: string, places: Places): Promise<TransferPlace> {
  return {
    workBucket: places.workBucket,
    evidenceBucket: places.evidenceBucket,
    datasync: datasyncClient(),
    s3: s3Client(),
    tasks: await readParameters(tasksPath(estate, environment)),
    sleep,
  };
}

/** Of datasets that have a task. */
export async function transfersOf(
  estate: string,
  environment: string,
  places: Places,
  dataset: string | undefined,
): Promise<TransferStatus[]> {
  const place = await transferPlaceOf(estate, environment, places);
  const names = [...place.tasks.keys()].filter((name) => dataset === undefined || name === dataset);
  return transferStatus(place, names.sort());
}
