/** The three functions of ingest: what each may do, and how it is known to work. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type ArrivalsEnv, type Env, type RegisterEnv } from '../../protocol/env.ts';
import { RawKeys, TransformedKeys, WorkKeys } from '../../protocol/keys.ts';
import { databaseName } from '../../protocol/names.ts';
import { accept } from '../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import { grantCatalogTables } from '../base/catalog-grant.ts';
import type { EstateContext } from '../base/context.ts';
import type { Seals } from '../security/sealings.ts';
import type { Buckets } from '../storage/buckets.ts';
import type { ArrivalsQueue } from './arrivals-queue.ts';
import type { LedgerTable } from './ledger.ts';
import { ProgramFunction } from './program-function.ts';

/** Time of one batch of a thousand events; the queue's visibility follows from it. */
export const ARRIVALS_TIMEOUT = Duration.seconds(60);
/** Events of one call; the most that Lambda takes with a window is 10,000, but a shard has 1,000 members. */
const BATCH = 1000;
/** Batches at a time: 5,000 events are more than a 10 Gbps line delivers in the window; more would only thin the shards. */
const BATCHES_AT_ONCE = 5;

export interface ProgramProps {
  readonly buckets: Buckets;
  readonly ledger: LedgerTable;
  readonly ingest: StateMachine;
  readonly logsKey: IKey;
  readonly seals: Seals;
  readonly alarms: AlarmTarget;
}

/** What arrivals and the sweeper share: they record, pack and start. */
function packerEnvironment(context: EstateContext, { buckets, ledger, ingest }: ProgramProps): Env<typeof ArrivalsEnv> {
  return {
    ENVIRONMENT: context.environmentName,
    RAW_BUCKET: buckets.raw.bucketName,
    WORK_BUCKET: buckets.work.bucketName,
    LEDGER_TABLE: ledger.tableName,
    INGEST_MACHINE_ARN: ingest.stateMachineArn,
    SHARD_MAX_OBJECTS: String(context.environment.shard.maxObjects),
    SHARD_MAX_MIB: String(context.environment.shard.maxMiB),
  };
}

function grantPacking(program: ProgramFunction, { buckets, ledger, ingest }: ProgramProps): void {
  const { contract, shard, result } = WorkKeys;
  ledger.grantRecord(program);
  buckets.raw.grantReadKeys(program, [RawKeys.object.pattern()], 'versions');
  buckets.work.grantReadKeys(
    program,
    [contract, shard, result].map((s) => s.pattern()),
    'keys',
  );
  buckets.work.grantWriteKeys(
    program,
    [contract, shard].map((s) => s.pattern()),
  );
  ingest.grantStartExecution(program);
  ingest.grantExecution(program, 'states:DescribeExecution');
  accept(
    program.grantPrincipal as IRole,
    'IAM5[Resource::{}:execution:{}]',
    'Executions of the ingest workflow; their names are made at run time.',
  );
}

/** Takes events from the queue: records, packs, starts. */
export class Arrivals extends Construct {
  constructor(scope: Construct, context: EstateContext, arrivals: ArrivalsQueue, props: ProgramProps) {
    super(scope, 'arrivals');
    const program = new ProgramFunction(this, 'arrivals', context, {
      description: 'Records delivered object versions, packs them into shards and starts their ingest',
      timeout: ARRIVALS_TIMEOUT,
      memory: 1024,
      logsKey: props.logsKey,
      environment: packerEnvironment(context, props),
    });
    grantPacking(program, props);
    program.addEventSource(
      new SqsEventSource(arrivals.queue, {
        batchSize: BATCH,
        // Lambda wants a window of at least a second for batches above ten.
        maxBatchingWindow: Duration.seconds(Math.max(1, context.environment.gatherSec)),
        maxConcurrency: BATCHES_AT_ONCE,
        reportBatchItemFailures: true,
      }),
    );
    new OperatorAlarm(this, 'arrivals-errors', props.alarms, {
      metric: program.metricErrors({ period: Duration.minutes(5) }),
      periods: 3,
      silence: 'good',
      because: 'No event, no call.',
    });
  }
}

/** Every minute packs what was recorded and has no shard, and starts shards that have no execution. */
export class Sweeper extends Construct {
  constructor(scope: Construct, context: EstateContext, props: ProgramProps) {
    super(scope, 'sweeper');
    const program = new ProgramFunction(this, 'sweeper', context, {
      description: 'Packs recorded object versions that have no shard, and starts shards that have no execution',
      timeout: Duration.minutes(5),
      memory: 1024,
      logsKey: props.logsKey,
      environment: packerEnvironment(context, props),
    });
    grantPacking(program, props);
    new Rule(this, 'every-minute', {
      description: 'Runs the sweeper',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(program, { retryAttempts: 0 })], // The next minute is the retry.
    });
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'sweeper-silent', props.alarms, {
      metric: program.metricInvocations({ period }),
      periods: 3,
      below: true,
      silence: 'bad',
      because: 'Lambda publishes nothing when nothing calls it.',
    });
    new OperatorAlarm(this, 'sweeper-errors', props.alarms, {
      metric: program.metricErrors({ period }),
      periods: 3,
      silence: 'good',
      because: 'That the sweeper is silent is an alarm of its own.',
    });
  }
}

/** Registers tables and partitions from the results of a shard. */
export class Register extends Construct {
  readonly program: ProgramFunction;

  constructor(scope: Construct, context: EstateContext, props: Omit<ProgramProps, 'ingest' | 'ledger'>) {
    super(scope, 'register');
    const environment: Env<typeof RegisterEnv> = {
      ENVIRONMENT: context.environmentName,
      WORK_BUCKET: props.buckets.work.bucketName,
      TRANSFORMED_BUCKET: props.buckets.transformed.bucketName,
      QUARANTINE_BUCKET: props.buckets.quarantine.bucketName,
      CATALOG_DATABASE: databaseName(context.estate, context.environmentName),
    };
    this.program = new ProgramFunction(this, 'register', context, {
      description: 'Registers tables and partitions from the results of shards',
      timeout: Duration.minutes(5),
      memory: 1024,
      logsKey: props.logsKey,
      environment,
    });
    for (const [name, value] of Object.entries(props.seals.grantWrite(this.program, this))) {
      this.program.addEnvironment(name, value);
    }
    const { contract, shard, list, result } = WorkKeys;
    props.buckets.work.grantReadKeys(
      this.program,
      [contract, shard, list, result].map((s) => s.pattern()),
      'keys',
    );
    props.buckets.transformed.grantReadKeys(
      this.program,
      Object.values(TransformedKeys).map((s) => s.pattern()),
      'keys',
    );
    // Files that come after a compaction are copied to where their partition is now.
    props.buckets.transformed.grantWriteKeys(this.program, [TransformedKeys.compacted.pattern()]);
    grantCatalogTables(this.program, context, Stack.of(this), [
      'GetTable',
      'CreateTable',
      'UpdateTable',
      'GetPartition',
      'BatchCreatePartition',
    ]);
    new OperatorAlarm(this, 'register-errors', props.alarms, {
      metric: this.program.metricErrors({ period: Duration.minutes(5) }),
      periods: 3,
      silence: 'good',
      because: 'No finished shard, no call.',
    });
  }
}
