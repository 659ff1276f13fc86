/** The steps of the workflow of jobs. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PredictJobsEnv, type JobInput, type JobParts, type JobStep } from '../../protocol/prediction-store.ts';
import { DynamoJobRecords } from '../../runtime/api/dynamo-jobs.ts';
import { DynamoVectors } from '../../runtime/api/dynamo-molecules.ts';
import { S3Files } from '../../runtime/api/job-files.ts';
import { jobStep, type JobWorkParts } from '../../runtime/api/job-work.ts';
import { openEngine } from '../../runtime/api/model.ts';
import { MoleculeCache } from '../../runtime/api/molecule-cache.ts';
import { loadOnce } from '../../runtime/api/ready.ts';
import { dynamoClient, s3Client } from '../../runtime/aws.ts';
import { readEnv } from '../../runtime/env.ts';

let parts: JobWorkParts | undefined;

const complain = (error: unknown): void =>
  console.log(JSON.stringify({ message: 'error', name: (error as Error).name, error: (error as Error).message }));

function setUp(): JobWorkParts {
  const { jobsTable, moleculesTable, workBucket } = readEnv(PredictJobsEnv);
  const dynamo = dynamoClient();
  let cache: MoleculeCache | undefined;
  return {
    engine: loadOnce(() => openEngine(join(__dirname, 'bundle')), complain),
    cache: (engine) =>
      (cache ??= new MoleculeCache(new DynamoVectors(dynamo, moleculesTable, engine.bundle.index.hash), complain)),
    records: new DynamoJobRecords(dynamo, jobsTable),
    files: new S3Files(s3Client()),
    workBucket,
    scratch: join(tmpdir(), 'decant-jobs'),
  };
}

export async function handler(step: JobStep): Promise<JobParts | JobInput> {
  parts ??= setUp();
  const result = await jobStep(parts, step);
  console.log(JSON.stringify({ message: 'job step', step: step.step, job: step.id }));
  return result;
}
