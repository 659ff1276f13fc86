/** Names of things in the production environment of the fixture, for tables of access. */
import { Ledger } from '../../../protocol/ledger.ts';
import { databaseName } from '../../../protocol/names.ts';
import { arnOf } from '../support/access.ts';
import type { EnvironmentName } from '../support/assembly.ts';
import type { Context } from '../support/policy.ts';

export const PROD = '222222222222';
export const REGION = 'eu-central-1';

type BucketName = 'raw' | 'work' | 'transformed' | 'quarantine' | 'evidence' | 'trailfiles';
type KeyName = 'data' | 'messages' | 'logs' | 'personal';

/** An object of a bucket, or the bucket itself. */
export const inBucket = (name: BucketName, key?: string, environment: EnvironmentName = 'prod'): string =>
  `${arnOf(environment, 'AWS::S3::Bucket', name)}${key === undefined ? '' : `/${key}`}`;
export const key = (name: KeyName, environment: EnvironmentName = 'prod'): string =>
  arnOf(environment, 'AWS::KMS::Key', `${name}key`);
export const ledger = (environment: EnvironmentName = 'prod'): string =>
  arnOf(environment, 'AWS::DynamoDB::Table', 'ledger');
export const openIndex = (): string => `${ledger()}/index/${Ledger.openIndex}`;
export const machine = (name: 'ingest' | 'backfill' | 'reconcile' | 'embed' | 'drift'): string =>
  arnOf('prod', 'AWS::StepFunctions::StateMachine', `${name}machine`);
export const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${PROD}:${rest}`;
export const table = (name: string): string => arn('glue', `table/${databaseName('bpc', 'prod')}/${name}`);
export const execution = (name: string): string => arn('states', `execution:bpc-prod-${name}:s-ab-1`);

export const via = (service: 's3' | 's3vectors' | 'dynamodb' | 'sqs'): Context => ({
  'kms:ViaService': `${service}.${REGION}.amazonaws.com`,
});
