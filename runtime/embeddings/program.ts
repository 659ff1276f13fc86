/** What the functions of the workflow set up alike, once per process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbedEnv } from '../../protocol/env.ts';
import { s3Client } from '../aws.ts';
import { glueClient } from '../catalog/client.ts';
import type { CompiledContracts } from '../contracts.ts';
import { readEnv } from '../env.ts';
import type { PlanPlace } from './plan.ts';

/** Names from the function's environment, contracts from the file beside its code. */
export function embedPlace(folder: string, source: NodeJS.ProcessEnv = process.env): PlanPlace {
  const { catalogDatabase: database, ...names } = readEnv(EmbedEnv, source);
  const compiled = JSON.parse(readFileSync(join(folder, 'contracts.json'), 'utf8')) as CompiledContracts;
  return { ...names, database, compiled, s3: s3Client(), glue: glueClient() };
}
