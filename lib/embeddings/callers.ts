/**
 * Roles of EMR steps and Glue jobs outside this app: they read the bundle, the package with its wheels, and the embeddings of open
 * classes; they write nothing.
 */
import { Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Sensitivity } from '../../protocol/contract.ts';
import { EmbeddedKeys, WorkKeys } from '../../protocol/keys.ts';
import { embeddingTables } from '../../protocol/names.ts';
import type { EstateContext, ShippedBundle } from '../base/context.ts';
import { grantCatalogTables } from '../base/catalog-grant.ts';
import type { Buckets } from '../storage/buckets.ts';

/** Sensitive classes have keys of their own, which no foreign program holds. */
const OPEN: readonly Sensitivity[] = ['public', 'internal'];

export class Callers extends Construct {
  constructor(
    scope: Construct,
    context: EstateContext,
    { buckets, bundle }: { buckets: Buckets; bundle: ShippedBundle },
  ) {
    super(scope, 'callers');
    for (const arn of context.environment.embeddings.callers) {
      const role = Role.fromRoleArn(this, arn.split('/').at(-1) ?? arn, arn);
      buckets.work.grantReadKeys(
        role,
        [WorkKeys.bundle.pattern({ hash: bundle.index.hash }), WorkKeys.jobFile.pattern()],
        'keys',
      );
      buckets.transformed.grantReadKeys(
        role,
        Object.values(embeddingTables).flatMap((table) =>
          OPEN.map((sensitivity) => EmbeddedKeys.file.pattern({ table, sensitivity })),
        ),
        'keys',
      );
      grantCatalogTables(role, context, Stack.of(this), ['GetTable', 'GetPartition', 'GetPartitions']);
    }
  }
}
