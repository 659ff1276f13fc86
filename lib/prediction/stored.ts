/** What the API stores: answers by idempotency key, vectors that were computed, jobs; and the secret that cursors are signed with. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { EXPIRES, predictionTables } from '../../protocol/prediction-store.ts';
import { accept } from '../base/accept.ts';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';

interface Keys {
  readonly partition: string;
  readonly sort?: string;
}

const text = (name: string): { name: string; type: AttributeType } => ({ name, type: AttributeType.STRING });

export class StoredTable extends Table {
  private readonly key: IKey;
  private readonly indexes: string[] = [];

  constructor(scope: Construct, id: string, context: EstateContext, key: IKey, { partition, sort }: Keys) {
    super(scope, id, {
      partitionKey: text(partition),
      ...(sort && { sortKey: text(sort) }),
      timeToLiveAttribute: EXPIRES,
      billingMode: BillingMode.PAY_PER_REQUEST, // Calls come in bursts, with nights between them.
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !deletesData(context.environment),
      removalPolicy: dataRemoval(context.environment),
    });
    this.key = key;
    accept(
      this,
      'DynamoDBInBackupPlan',
      'Everything in it expires and can be computed or asked for again; point-in-time recovery goes back 35 days.',
    );
  }

  addIndex(indexName: string, partition: string): this {
    this.addGlobalSecondaryIndex({
      indexName,
      partitionKey: text(partition),
      projectionType: ProjectionType.ALL,
    });
    this.indexes.push(indexName);
    return this;
  }

  /** Reads and writes rows by key, and finds them by index; returns the table's name for the program. */
  grantUse(grantee: IGrantable, actions: readonly string[]): string {
    const resources = [this.tableArn, ...this.indexes.map((name) => `${this.tableArn}/index/${name}`)];
    allow(
      grantee,
      actions.map((a) => `dynamodb:${a}`),
      resources,
    );
    allowKey(grantee, this.key, 'dynamodb', 'write');
    return this.tableName;
  }
}

export interface Stored {
  readonly idempotency: StoredTable;
  readonly molecules: StoredTable;
  readonly jobs: StoredTable;
  /** Random text that cursors are signed with. */
  readonly cursorSecret: Secret;
}

/** Directly under their stack, so that moving code never replaces one. */
export function createStored(stack: Construct, context: EstateContext, key: IKey): Stored {
  const { idempotency, molecules, jobs } = predictionTables;
  const cursorSecret = new Secret(stack, 'cursor-secret', {
    description: `Decant ${context.estate} ${context.environmentName}: what cursors of the prediction API are signed with`,
    encryptionKey: key,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: RemovalPolicy.DESTROY, // A cursor lives for minutes; a new secret ends those on their way.
  });
  const why =
    'Whoever pages through a list would meet an error at every rotation; docs/prediction.md says how to rotate it by hand.';
  for (const finding of ['SMG4', 'SecretsManagerRotationEnabled']) accept(cursorSecret, finding, why);
  return {
    idempotency: new StoredTable(stack, 'idempotency', context, key, idempotency),
    molecules: new StoredTable(stack, 'molecules', context, key, molecules).addIndex(
      molecules.index,
      molecules.indexPartition,
    ),
    jobs: new StoredTable(stack, 'jobs', context, key, jobs),
    cursorSecret,
  };
}
