/** The nightly reconcile: a task that makes ledger, raw listing, results and catalog agree again (docs/decisions/010). */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  type ContainerDefinition,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { EcsRunTask } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { Env, ReconcileEnv } from '../../protocol/env.ts';
import { RawKeys, TransformedKeys, WorkKeys } from '../../protocol/keys.ts';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { databaseName, metricNamespace } from '../../protocol/names.ts';
import { RECONCILE_COMMAND } from '../../protocol/workflow.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import { grantCatalogTables } from '../base/catalog-grant.ts';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { allow } from '../base/grant.ts';
import type { Network } from '../network/network.ts';
import type { Seals } from '../security/sealings.ts';
import type { Buckets } from '../storage/buckets.ts';
import type { LedgerTable } from './ledger.ts';
import { runTask } from './run-task.ts';
import { workflow } from './state-machine.ts';
import { SCRATCH, type TransformerTask, USER } from './transformer-task.ts';

const NAME = 'reconcile';
/** Two are never at work: the listing of 100 million objects takes hours, not a day. */
const TASK_TIMEOUT = Duration.hours(20);
const RUN_TIMEOUT = Duration.hours(22);
/** Listing, ledger and results lie side by side on the scratch disk, so memory does not grow with them. */
const SIZE = { cpu: 1024, memoryLimitMiB: 4096, ephemeralStorageGiB: 100 };

/** What the task calls from inside the network, beyond what the transformer does. */
const CALLS = ['states:StartExecution', 'states:DescribeExecution', 'glue:BatchCreatePartition'];

export interface ReconcileWorkflowProps {
  readonly seals: Seals;
  readonly network: Network;
  /** Whose image, cluster and log it shares. */
  readonly task: TransformerTask;
  readonly buckets: Buckets;
  readonly ledger: LedgerTable;
  readonly ingest: StateMachine;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

export class ReconcileWorkflow extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, context: EstateContext, props: ReconcileWorkflowProps) {
    super(scope, NAME);
    const definition = new FargateTaskDefinition(this, 'task', {
      ...SIZE,
      family: `${context.estate}-${context.environmentName}-${NAME}`,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      volumes: [{ name: 'scratch' }],
    });
    this.addContainer(definition, context, props);
    accept(definition, 'ECS2', 'The variables are names of buckets and the like, no secrets.');
    accept(
      definition.obtainExecutionRole(),
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken takes no resource (service authorization reference, Amazon ECR).',
    );
    this.grant(definition, context, props);
    props.network.endpoints.serve({ who: 'reconcile tasks', group: props.task.securityGroup, actions: CALLS });
    this.machine = workflow(this, NAME, context, props.logsKey, RUN_TIMEOUT, this.run(definition, props.task));
    new Rule(this, 'nightly', {
      description: 'Runs the reconcile',
      schedule: Schedule.cron({ minute: '0', hour: '2' }),
      targets: [new SfnStateMachine(this.machine)],
    });
    this.addAlarms(context, props.alarms);
  }

  private addContainer(
    definition: FargateTaskDefinition,
    context: EstateContext,
    { task, buckets, ledger, ingest, seals }: ReconcileWorkflowProps,
  ): ContainerDefinition {
    const contracts = new Asset(this, 'contracts', { path: join(context.functionAsset('sweeper'), 'contracts.json') });
    allow(definition.taskRole, ['s3:GetObject'], [contracts.bucket.arnForObjects(contracts.s3ObjectKey)]);
    const environment: Env<typeof ReconcileEnv> = {
      ENVIRONMENT: context.environmentName,
      RAW_BUCKET: buckets.raw.bucketName,
      WORK_BUCKET: buckets.work.bucketName,
      TRANSFORMED_BUCKET: buckets.transformed.bucketName,
      QUARANTINE_BUCKET: buckets.quarantine.bucketName,
      LEDGER_TABLE: ledger.grantRecord(definition.taskRole),
      INGEST_MACHINE_ARN: ingest.stateMachineArn,
      SHARD_MAX_OBJECTS: String(context.environment.shard.maxObjects),
      SHARD_MAX_MIB: String(context.environment.shard.maxMiB),
      CATALOG_DATABASE: databaseName(context.estate, context.environmentName),
      CONTRACTS_BUCKET: contracts.s3BucketName,
      CONTRACTS_KEY: contracts.s3ObjectKey,
    };
    const container = definition.addContainer('transformer', {
      image: task.image,
      command: [RECONCILE_COMMAND],
      environment: { ...environment, ...seals.grantWrite(definition.taskRole, this) },
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: new LinuxParameters(this, 'linux', { initProcessEnabled: true }),
      logging: LogDriver.awsLogs({ logGroup: task.logGroup, streamPrefix: NAME, mode: AwsLogDriverMode.BLOCKING }),
    });
    container.addMountPoints({ containerPath: SCRATCH, sourceVolume: 'scratch', readOnly: false });
    return container;
  }

  private grant(
    { taskRole }: FargateTaskDefinition,
    context: EstateContext,
    { buckets, ingest }: ReconcileWorkflowProps,
  ): void {
    const { contract, shard, result, delta } = WorkKeys;
    const patterns = (...shapes: { pattern(): string }[]): string[] => shapes.map((s) => s.pattern());
    buckets.raw.grantReadKeys(taskRole, patterns(RawKeys.object), 'versions');
    buckets.work.grantReadKeys(taskRole, patterns(contract, shard, result, delta), 'keys');
    buckets.work.grantWriteKeys(taskRole, patterns(contract, shard));
    buckets.transformed.grantReadKeys(taskRole, patterns(...Object.values(TransformedKeys)), 'keys');
    // Files that came late are copied to where a compaction moved their partition.
    buckets.transformed.grantWriteKeys(taskRole, patterns(TransformedKeys.compacted));
    ingest.grantStartExecution(taskRole);
    ingest.grantExecution(taskRole, 'states:DescribeExecution');
    accept(
      taskRole,
      'IAM5[Resource::{}:execution:{}]',
      'Executions of the ingest workflow; their names are made at run time.',
    );
    grantCatalogTables(taskRole, context, Stack.of(this), [
      'GetTable',
      'CreateTable',
      'UpdateTable',
      'GetPartition',
      'BatchCreatePartition',
    ]);
  }

  private run(definition: FargateTaskDefinition, task: TransformerTask): EcsRunTask {
    const state = runTask(this, 'Make all agree', { task, definition, timeout: TASK_TIMEOUT });
    state.addRetry({ errors: ['States.TaskFailed'], interval: Duration.minutes(5), backoffRate: 2, maxAttempts: 2 });
    return state;
  }

  private addAlarms({ environmentName }: EstateContext, alarms: AlarmTarget): void {
    const period = Duration.days(1);
    new OperatorAlarm(this, 'reconcile-failed', alarms, {
      metric: this.machine.metricFailed({ period: Duration.minutes(5) }),
      silence: 'good',
      because: 'No execution, no failure; that there was none is the next alarm’s business.',
    });
    new OperatorAlarm(this, 'reconcile-silent', alarms, {
      metric: this.machine.metricSucceeded({ period }),
      periods: 2,
      below: true,
      silence: 'bad',
      because: 'Step Functions publishes nothing when nothing runs.',
    });
    new OperatorAlarm(this, 'reconcile-found', alarms, {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: 'Disagreements',
        dimensionsMap: { environment: environmentName, dataset: UNCLASSIFIED },
        statistic: 'Maximum',
        period,
      }),
      silence: 'good',
      because: 'Nothing was compared.',
    });
  }
}
