/** What every program that records, packs and starts work needs. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { CompiledContracts } from './contracts.ts';
import type { Ledger } from './ledger.ts';
import type { ShardLimits } from './pack.ts';

export interface Workplace {
  readonly ledger: Ledger;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly rawBucket: string;
  readonly workBucket: string;
  /** ARN of the ingest state machine. */
  readonly ingestMachine: string;
  readonly compiled: CompiledContracts;
  readonly limits: ShardLimits;
}
