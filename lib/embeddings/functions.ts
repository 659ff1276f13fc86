/** The three functions of the workflow that embeds: what each may do. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EmbedEnv, EmbedPlanEnv, EmbedRecordEnv, EmbedStartEnv, Env } from '../../protocol/env.ts';
import { EmbedReasonKeys, WorkKeys } from '../../protocol/keys.ts';
import { databaseName } from '../../protocol/names.ts';
import { accept } from '../base/accept.ts';
import { grantCatalogTables } from '../base/catalog-grant.ts';
import type { EstateContext, ShippedBundle } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';
import { ProgramFunction } from '../ingest/program-function.ts';
import type { Buckets } from '../storage/buckets.ts';
import type { EmbedQueue } from './embed-queue.ts';
import type { JobFiles } from './job-files.ts';

/** One batch of updates; the queue's visibility follows from it. */
export const START_TIMEOUT = Duration.seconds(60);
/** Updates of one call: all that is there, as far as Lambda takes it without a window. */
const BATCH = 10;
/** Asking again what a running execution is at costs little; a job takes minutes. */
const WAIT = { aws: Duration.minutes(1), local: Duration.seconds(1) };

export interface EmbedFunctionProps {
  readonly buckets: Buckets;
  readonly logsKey: IKey;
  readonly bundle: ShippedBundle;
}

const patterns = (...shapes: { pattern(): string }[]): string[] => shapes.map((s) => s.pattern());

export interface EmbedStartProps extends Omit<EmbedFunctionProps, 'bundle'> {
  readonly machine: StateMachine;
  /** Of the queue. */
  readonly messagesKey: IKey;
}

/** Takes updates from the queue, and starts an execution for each dataset that has none at work. */
export class EmbedStart extends Construct {
  constructor(
    scope: Construct,
    context: EstateContext,
    { queue }: EmbedQueue,
    { buckets, logsKey, messagesKey, machine }: EmbedStartProps,
  ) {
    super(scope, 'embed-start');
    const wait = context.environment.kind === 'local' ? WAIT.local : WAIT.aws;
    const environment: Env<typeof EmbedStartEnv> = {
      ENVIRONMENT: context.environmentName,
      WORK_BUCKET: buckets.work.bucketName,
      EMBED_MACHINE_ARN: machine.stateMachineArn,
      EMBED_QUEUE_URL: queue.queueUrl,
      WAIT_SECONDS: String(wait.toSeconds()),
    };
    const program = new ProgramFunction(this, 'embed-start', context, {
      description: 'Has datasets embedded whose molecules changed, one execution a dataset at a time',
      timeout: START_TIMEOUT,
      memory: 512,
      logsKey,
      environment,
    });
    buckets.work.grantReadKeys(program, patterns(WorkKeys.embedRun), 'keys');
    buckets.work.grantWriteKeys(program, patterns(WorkKeys.embedRun));
    machine.grantStartExecution(program);
    machine.grantExecution(program, 'states:DescribeExecution');
    accept(
      program.grantPrincipal as IRole,
      'IAM5[Resource::{}:execution:{}]',
      'Executions of the embed workflow; their names are made at run time.',
    );
    allow(program, ['sqs:SendMessage'], [queue.queueArn]);
    allowKey(program, messagesKey, 'sqs', 'write');
    program.addEventSource(new SqsEventSource(queue, { batchSize: BATCH, reportBatchItemFailures: true }));
  }
}

/** What plan and record share: names, and the dataset's own files in the work bucket. */
function embedEnvironment(context: EstateContext, { buckets, bundle }: EmbedFunctionProps): Env<typeof EmbedEnv> {
  return {
    ESTATE: context.estate,
    ENVIRONMENT: context.environmentName,
    WORK_BUCKET: buckets.work.bucketName,
    TRANSFORMED_BUCKET: buckets.transformed.bucketName,
    CATALOG_DATABASE: databaseName(context.estate, context.environmentName),
    BUNDLE_NAME: bundle.index.name,
    BUNDLE_HASH: bundle.index.hash,
    DTYPE: context.environment.embeddings.dtype,
  };
}

/** A listing of 10,000 partitions, or a copy of the wheels. */
const TIMEOUT = Duration.minutes(10);

/** Lists what is new, and sees that the bundle lies where jobs read it. */
export class EmbedPlan extends Construct {
  readonly program: ProgramFunction;

  constructor(scope: Construct, context: EstateContext, props: EmbedFunctionProps & { readonly files: JobFiles }) {
    super(scope, 'embed-plan');
    const { work, transformed } = props.buckets;
    const environment: Omit<Env<typeof EmbedPlanEnv>, 'JOB_COPIES'> = embedEnvironment(context, props);
    this.program = new ProgramFunction(this, 'embed-plan', context, {
      description: 'Plans which files of a dataset are to be embedded',
      timeout: TIMEOUT,
      memory: 1024,
      logsKey: props.logsKey,
      environment,
      folders: { bundle: props.bundle.folder },
    });
    const told: Pick<Env<typeof EmbedPlanEnv>, 'JOB_COPIES'> = { JOB_COPIES: props.files.grantCopy(this.program) };
    for (const [name, value] of Object.entries(told)) this.program.addEnvironment(name, value);
    const bundle = WorkKeys.bundle.pattern({ hash: props.bundle.index.hash });
    work.grantReadKeys(this.program, [...patterns(WorkKeys.embedMark, WorkKeys.jobFile), bundle], 'keys');
    work.grantWriteKeys(this.program, [...patterns(WorkKeys.embedPlan, WorkKeys.embedNext, WorkKeys.jobFile), bundle]);
    transformed.grantListKeys(this.program);
    grantCatalogTables(this.program, context, Stack.of(this), ['GetTable', 'GetPartitions']);
  }
}

/** Checks the sums of a job, enters its tables, and remembers what is embedded. */
export class EmbedRecord extends Construct {
  readonly program: ProgramFunction;

  constructor(
    scope: Construct,
    context: EstateContext,
    props: EmbedFunctionProps & { readonly sealed: Readonly<Record<string, IKey>> },
  ) {
    super(scope, 'embed-record');
    const { work, quarantine } = props.buckets;
    const environment: Env<typeof EmbedRecordEnv> = {
      ...embedEnvironment(context, props),
      QUARANTINE_BUCKET: quarantine.bucketName,
      CLASS_KEYS: Stack.of(this).toJsonString(
        Object.fromEntries(Object.entries(props.sealed).map(([name, key]) => [name, key.keyArn])),
      ),
    };
    this.program = new ProgramFunction(this, 'embed-record', context, {
      description: 'Enters what was embedded into the catalog',
      timeout: TIMEOUT,
      memory: 1024,
      logsKey: props.logsKey,
      environment,
    });
    // Reasons are masked and every operator reads them: those that a job wrote with the key of its class are written anew.
    quarantine.grantReadKeys(this.program, patterns(EmbedReasonKeys.file), 'keys');
    quarantine.grantWriteKeys(this.program, patterns(EmbedReasonKeys.file));
    for (const key of Object.values(props.sealed)) allowKey(this.program, key, 's3', 'read');
    work.grantReadKeys(this.program, patterns(WorkKeys.embedSummary, WorkKeys.embedNext), 'keys');
    work.grantWriteKeys(this.program, patterns(WorkKeys.embedMark));
    grantCatalogTables(this.program, context, Stack.of(this), [
      'GetTable',
      'CreateTable',
      'UpdateTable',
      'BatchCreatePartition',
    ]);
  }
}
