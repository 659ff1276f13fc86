/** Embeddings, for people: who reads which classes of them, and who has datasets embedded. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Sensitivity } from '../../../protocol/contract.ts';
import { EmbeddedKeys, WorkKeys } from '../../../protocol/keys.ts';
import { embeddingTables } from '../../../protocol/names.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { type AccessProps, catalogArns } from './scope.ts';

/** Classes that scientists read. */
export const readableClasses = ({ environment }: EstateContext): Sensitivity[] => [
  'public',
  'internal',
  ...(environment.people.scientist?.reads ?? []),
];

/** Reads the partitions of some classes, whatever the bundle; their keys are granted with the classes' own tables. */
export function grantEmbedded(
  role: Role,
  stack: Stack,
  context: EstateContext,
  { transformed }: Buckets,
  classes: readonly Sensitivity[],
): void {
  const tables = Object.values(embeddingTables);
  const actions = ['GetTable', 'GetPartition', 'GetPartitions', 'BatchGetPartition'].map((a) => `glue:${a}`);
  allow(role, actions, catalogArns(stack, context, tables));
  transformed.grantReadKeys(
    role,
    tables.flatMap((table) => classes.map((sensitivity) => EmbeddedKeys.file.pattern({ table, sensitivity }))),
    'keys',
  );
}

/** `decant embed` and its status: claims and starts executions, and reads what runs have counted. */
export function grantEmbedding(role: Role, { buckets, embeddings }: AccessProps): void {
  if (!embeddings) return;
  const { embedRun, embedSummary } = WorkKeys;
  buckets.work.grantReadKeys(role, [embedRun.pattern(), embedSummary.pattern()], 'keys');
  buckets.work.grantWriteKeys(role, [embedRun.pattern()]);
  allow(role, ['states:StartExecution', 'states:ListExecutions'], [embeddings.machine.stateMachineArn]);
}
