/** From an event of the raw bucket to Parquet: queue, functions, ledger, task and workflows. */
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { PublishedPlaces } from '../base/places.ts';
import type { Network } from '../network/network.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import type { Buckets } from '../storage/buckets.ts';
import { ArrivalsQueue } from './arrivals-queue.ts';
import { BackfillWorkflow } from './backfill-workflow.ts';
import { Arrivals, ARRIVALS_TIMEOUT, Register, Sweeper } from './functions.ts';
import { IngestWorkflow } from './ingest-workflow.ts';
import { LedgerTable } from './ledger.ts';
import { ObjectAlarms } from './object-alarms.ts';
import { ReconcileWorkflow } from './reconcile-workflow.ts';
import { TransformerTask } from './transformer-task.ts';

export interface IngestStackProps {
  readonly network: Network;
  readonly security: SecurityStack;
  readonly buckets: Buckets;
  /** The transformer's, where it is built in AWS. @default built where the app is deployed from */
  readonly image?: ContainerImage | undefined;
}

export class IngestStack extends EstateStack {
  readonly places;
  /** What people's roles are granted. */
  readonly ledger: LedgerTable;
  readonly queues: readonly IQueue[];
  readonly machines: readonly StateMachine[];
  /** Whose image, cluster and log tasks of other stacks share. */
  readonly transformer: TransformerTask;

  constructor(scope: Construct, context: EstateContext, { network, security, buckets, image }: IngestStackProps) {
    super(scope, 'ingest', context);
    const { dataKey, messagesKey, logsKey, seals, alarms } = security;
    const common = { buckets, logsKey, seals, alarms };
    const ledger = new LedgerTable(this, context, dataKey, alarms);
    const task = new TransformerTask(this, context, { network, buckets, ledger, logsKey, image, seals });
    const register = new Register(this, context, common).program;
    const ingest = new IngestWorkflow(this, context, { task, register, logsKey, alarms }).machine;
    const backfill = new BackfillWorkflow(this, context, { ingest, work: buckets.work, dataKey, logsKey, alarms })
      .machine;
    const arrivals = new ArrivalsQueue(this, {
      rawBucket: buckets.raw,
      key: messagesKey,
      functionTimeout: ARRIVALS_TIMEOUT,
      alarms,
    });
    new Arrivals(this, context, arrivals, { ...common, ledger, ingest });
    new Sweeper(this, context, { ...common, ledger, ingest });
    const reconcile = new ReconcileWorkflow(this, context, { ...common, network, task, ledger, ingest }).machine;
    new ObjectAlarms(this, context, alarms);
    this.ledger = ledger;
    this.transformer = task;
    this.queues = [arrivals.queue, arrivals.deadLetters];
    this.machines = [ingest, backfill, reconcile];
    this.places = new PublishedPlaces(this, context, {
      ledgerTable: ledger.tableName,
      arrivalsQueueUrl: arrivals.queue.queueUrl,
      arrivalsDlqUrl: arrivals.deadLetters.queueUrl,
      ingestMachineArn: ingest.stateMachineArn,
      backfillMachineArn: backfill.stateMachineArn,
      reconcileMachineArn: reconcile.stateMachineArn,
      transformerLogGroup: task.logGroup.logGroupName,
      transformerCluster: task.cluster.clusterName,
      contractSet: context.contractSet,
    });
  }
}
