/** The ledger table, and who may do what with it. */
import { Duration } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  Operation,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { Ledger } from '../../protocol/ledger.ts';
import { accept } from '../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';

export class LedgerTable extends Table {
  private readonly key: IKey;

  constructor(scope: Construct, context: EstateContext, key: IKey, alarms: AlarmTarget) {
    super(scope, 'ledger', {
      partitionKey: { name: Ledger.partitionKey, type: AttributeType.STRING },
      sortKey: { name: Ledger.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST, // A bulk load is a burst after weeks of trickle.
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
      'Point-in-time recovery goes back 35 days, and decant reconcile rebuilds the ledger from results.',
    );
    this.addGlobalSecondaryIndex({
      indexName: Ledger.openIndex,
      partitionKey: { name: Ledger.openPartitionKey, type: AttributeType.STRING },
      sortKey: { name: Ledger.openSortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.addAlarms(alarms);
  }

  /** Records, binds, claims and finishes object versions, and finds open ones; returns the table's name for the program. */
  grantRecord(grantee: IGrantable): string {
    const actions = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'PartiQLInsert', 'PartiQLUpdate'];
    allow(
      grantee,
      actions.map((a) => `dynamodb:${a}`),
      [this.tableArn, `${this.tableArn}/index/${Ledger.openIndex}`],
    );
    allowKey(grantee, this.key, 'dynamodb', 'write');
    return this.tableName;
  }

  /** Looks object versions up, and finds open ones; a scan reads the index of open rows only. */
  grantLook(grantee: IGrantable): void {
    const index = `${this.tableArn}/index/${Ledger.openIndex}`;
    allow(grantee, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [this.tableArn, index]);
    allow(grantee, ['dynamodb:Scan'], [index]);
    allowKey(grantee, this.key, 'dynamodb', 'read');
  }

  private addAlarms(alarms: AlarmTarget): void {
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'ledger-throttled', alarms, {
      metric: this.metric('WriteThrottleEvents', { statistic: 'Sum', period }),
      threshold: 100, // The SDK retries; a few when a table grows are normal.
      periods: 3,
      silence: 'good',
      because: 'DynamoDB publishes this metric only when it throttles.',
    });
    new OperatorAlarm(this, 'ledger-errors', alarms, {
      // Errors are counted per operation; every state change is an update.
      metric: this.metric('SystemErrors', {
        dimensionsMap: { TableName: this.tableName, Operation: Operation.UPDATE_ITEM },
        statistic: 'Sum',
        period,
      }),
      threshold: 5,
      periods: 3,
      silence: 'good',
      because: 'Published only when there are errors.',
    });
  }
}
