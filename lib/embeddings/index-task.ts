/** The task that brings the vector indexes up to the table of embeddings: the transformer's image with another argument. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { EcsRunTask } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Sensitivity } from '../../protocol/contract.ts';
import { INDEX_COMMAND, vectorIndexName } from '../../protocol/embeddings.ts';
import { type Env, type IndexEnv, IndexInput } from '../../protocol/env.ts';
import { EmbeddedKeys, WorkKeys } from '../../protocol/keys.ts';
import { embeddingTables } from '../../protocol/names.ts';
import type { EstateContext, ShippedBundle } from '../base/context.ts';
import { allowKey } from '../base/grant.ts';
import { type ImageTask, imageTask } from '../ingest/image-task.ts';
import { runTask } from '../ingest/run-task.ts';
import type { TransformerTask } from '../ingest/transformer-task.ts';
import type { Network } from '../network/network.ts';
import type { Buckets } from '../storage/buckets.ts';
import type { MoleculeClass } from './molecules.ts';
import type { VectorIndexes } from './vector-indexes.ts';

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
  private readonly image: ImageTask;
  private readonly task: TransformerTask;

  constructor(scope: Construct, context: EstateContext, props: IndexTaskProps) {
    super(scope, 'index-task');
    this.task = props.task;
    const environment = this.environment(context, props);
    this.image = imageTask(this, context, { command: INDEX_COMMAND, task: props.task, size: SIZE, environment });
    this.grant(props);
  }

  private environment(
    context: EstateContext,
    { buckets, bundle, vectors, classes, keyOf }: IndexTaskProps,
  ): Env<typeof IndexEnv> {
    return {
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
  }

  private grant({ buckets, classes, bundle, keyOf, vectors, network, task }: IndexTaskProps): void {
    const { taskRole } = this.image.definition;
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
    buckets.work.grantDeleteKeys(taskRole, own); // Versions of an exact index that nobody reads any more.
    for (const { sensitivity } of classes) allowKey(taskRole, keyOf(sensitivity), 's3', 'write');
    if (!vectors) return;
    vectors.grantWrite(taskRole);
    network.endpoints.serve({ who: 'index tasks', group: task.securityGroup, actions: ['s3vectors:PutVectors'] });
  }

  /** A step that indexes what a class has and its index lacks. */
  state(scope: Construct, name: string, sensitivity: string): EcsRunTask {
    const state = runTask(scope, name, {
      task: this.task,
      definition: this.image.definition,
      timeout: TIMEOUT,
      overrides: [
        {
          containerDefinition: this.image.container,
          environment: [{ name: IndexInput.sensitivity, value: sensitivity }],
        },
      ],
    });
    // What is written is remembered file by file; writing a vector twice changes nothing.
    state.addRetry({ errors: ['States.TaskFailed'], interval: Duration.minutes(1), backoffRate: 3, maxAttempts: 3 });
    return state;
  }
}
