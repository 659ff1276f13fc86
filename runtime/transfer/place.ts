/** What the transfer verbs work with. */
import { DataSyncClient } from '@aws-sdk/client-datasync';
import type { S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../aws.ts';

export interface TransferPlace {
  readonly workBucket: string;
  readonly evidenceBucket: string;
  readonly datasync: DataSyncClient;
  readonly s3: S3Client;
  /** Dataset → ARN of its DataSync task. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Waits, in milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>;
}

let datasync: DataSyncClient | undefined;
export const datasyncClient = (): DataSyncClient => (datasync ??= new DataSyncClient(clientConfig()));
