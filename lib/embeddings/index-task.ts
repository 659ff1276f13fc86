/** The task that brings the vector indexes up to the table of embeddings: the transformer's image with another argument. */
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
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { EcsRunTask } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Sensitivity } from '../../protocol/contract.ts';
import { INDEX_COMMAND, vectorIndexName } from '../../protocol/embeddings.ts';
import { type Env, type IndexEnv, IndexInput } from '../../protocol/env.ts';
import { EmbeddedKeys, WorkKeys } from '../../protocol/keys.ts';
import { embeddingTables } from '../../protocol/names.ts';
import { accept } from '../base/accept.ts';
import type { EstateContext, ShippedBundle } from '../base/context.ts';
import { allowKey } from '../base/grant.ts';
import { runTask } from '../ingest/run-task.ts';
import { SCRATCH, type TransformerTask, USER } from '../ingest/transformer-task.ts';
import type { Network } from '../network/network.ts';
import type { Buckets } from '../storage/buckets.ts';
import type { MoleculeClass } from './molecules.ts';
import type { VectorIndexes } from './vector-indexes.ts';

const NAME = 'index';
/** 2,500 vectors a second are 100 million in 11 hours. */
const TIMEOUT = Duration.hours(24);
/** The exact index of a million vectors of 384 components has 1.5 GB, and is written anew beside the old one. */
const SIZE = { cpu: 1024, memoryLimitMiB: 4096, ephemeralStorageGiB: 50 };

export interface IndexTaskProps {
  readonly task: TransformerTask;
  readonly network: Network;
  readonly buckets: Buckets;
  readonly classes: readonly MoleculeClass[];
  readonly bundle: ShippedBundle;
  readonly keyOf: (sensitivity: Sensitivity) => IKey;
  /** @default exact indexes in the work bucket */
  readonly vectors: VectorIndexes | undefined;
}

export class IndexTask extends Construct {
  private readonly definition: FargateTaskDefinition;
  private readonly container: ContainerDefinition;
  private readonly task: TransformerTask;

  constructor(scope: Construct, context: EstateContext, props: IndexTaskProps) {
    super(scope, 'index-task');
    this.task = props.task;
    this.definition = new FargateTaskDefinition(this, 'task', {
      ...SIZE,
      family: `${context.estate}-${context.environmentName}-${NAME}`,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      volumes: [{ name: 'scratch' }],
    });
    this.container = this.addContainer(context, props);
    accept(this.definition, 'ECS2', 'The variables are names of buckets and the like, no secrets.');
    accept(
      this.definition.obtainExecutionRole(),
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken takes no resource (service authorization reference, Amazon ECR).',
    );
    this.grant(props);
  }

  private addContainer(
    context: EstateContext,
    { task, buckets, bundle, vectors, classes, keyOf }: IndexTaskProps,
  ): ContainerDefinition {
    const environment: Env<typeof IndexEnv> = {
      ENVIRONMENT: context.environmentName,
      WORK_BUCKET: buckets.work.bucketName,
      TRANSFORMED_BUCKET: buckets.transformed.bucketName,
      BUNDLE_NAME: bundle.index.name,
      BUNDLE_HASH: bundle.index.hash,
      DIMENSION: String(bundle.index.dimension),
      VECTORS: vectors ? 's3-vectors' : 'exact',
      VECTOR_BUCKET: vectors?.bucketName ?? '-',
      CLASS_KEYS: Stack.of(this).toJsonString(
        Object.fromEntries(classes.map(({ sensitivity }) => [sensitivity, keyOf(sensitivity).keyArn])),
      ),
    };
    const container = this.definition.addContainer('transformer', {
      image: task.image,
      command: [INDEX_COMMAND],
      environment,
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: new LinuxParameters(this, 'linux', { initProcessEnabled: true }),
      logging: LogDriver.awsLogs({ logGroup: task.logGroup, streamPrefix: NAME, mode: AwsLogDriverMode.BLOCKING }),
    });
    container.addMountPoints({ containerPath: SCRATCH, sourceVolume: 'scratch', readOnly: false });
    return container;
  }

  private grant({ buckets, classes, bundle, keyOf, vectors, network, task }: IndexTaskProps): void {
    const { taskRole } = this.definition;
    const { hash } = bundle.index;
    const read = classes.map(({ sensitivity }) =>
      EmbeddedKeys.file.pattern({ table: embeddingTables.embeddings, bundle: hash, sensitivity }),
    );
    const own = classes.map(({ sensitivity }) =>
      WorkKeys.vectors.pattern({ index: vectorIndexName(bundle.index, sensitivity) }),
    );
    buckets.transformed.grantReadKeys(taskRole, read, 'keys');
    buckets.work.grantReadKeys(taskRole, own, 'keys');
    buckets.work.grantWriteKeys(taskRole, own);
    for (const { sensitivity } of classes) allowKey(taskRole, keyOf(sensitivity), 's3', 'write');
    if (!vectors) return;
    vectors.grantWrite(taskRole);
    network.endpoints.serve({ who: 'index tasks', group: task.securityGroup, actions: ['s3vectors:PutVectors'] });
  }

  /** A step that indexes what a class has and its index lacks. */
  state(scope: Construct, name: string, sensitivity: string): EcsRunTask {
    const state = runTask(scope, name, {
      task: this.task,
      definition: this.definition,
      timeout: TIMEOUT,
      overrides: [
        { containerDefinition: this.container, environment: [{ name: IndexInput.sensitivity, value: sensitivity }] },
      ],
    });
    // What is written is remembered file by file; writing a vector twice changes nothing.
    state.addRetry({ errors: ['States.TaskFailed'], interval: Duration.minutes(1), backoffRate: 3, maxAttempts: 3 });
    return state;
  }
}
