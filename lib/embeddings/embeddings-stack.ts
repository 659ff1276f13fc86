/** From an updated dataset to the embeddings, predictions and vectors of its molecules. */
import { Duration } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { sensitiveClasses } from '../../protocol/people.ts';
import type { Sensitivity } from '../../protocol/contract.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { TransformerTask } from '../ingest/transformer-task.ts';
import { jobNetwork } from '../network/job-network.ts';
import type { Network } from '../network/network.ts';
import type { EstateKey } from '../security/keys.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import type { Buckets } from '../storage/buckets.ts';
import { distributionOf, DriftWorkflow } from './drift-workflow.ts';
import { Callers } from './callers.ts';
import { EmbedJobs } from './embed-jobs.ts';
import { EmbedQueue } from './embed-queue.ts';
import { EmbedWorkflow } from './embed-workflow.ts';
import { EmbedPlan, EmbedRecord, EmbedStart, START_TIMEOUT } from './functions.ts';
import { IndexTask } from './index-task.ts';
import { JobFiles } from './job-files.ts';
import { embeds, moleculeClasses, moleculeDatasets, searchesExactly } from './molecules.ts';
import { EmbeddingPlaceNames } from './places.ts';
import { PublishTask } from './publish-task.ts';
import { VectorIndexes } from './vector-indexes.ts';

const GATHER = { local: Duration.minutes(0), aws: Duration.minutes(5) };

export interface EmbeddingsStackProps {
  readonly network: Network;
  readonly security: SecurityStack;
  readonly buckets: Buckets;
  /** Whose image, cluster and log the task that writes vectors shares. */
  readonly task: TransformerTask;
}

export class EmbeddingsStack extends EstateStack {
  readonly machine: StateMachine;

  static isNeeded(context: EstateContext): boolean {
    return embeds(context);
  }

  constructor(scope: Construct, context: EstateContext, { network, security, buckets, task }: EmbeddingsStackProps) {
    super(scope, 'embeddings', context);
    const { kind, embeddings, publish: published } = context.environment;
    const { logsKey, dataKey, alarms } = security;
    const bundle = context.bundle();
    const classes = moleculeClasses(context);
    const keyOf = (sensitivity: Sensitivity): EstateKey => {
      const name = sensitiveClasses.find((c) => c === sensitivity);
      return (name && security.classKeys[name]) ?? dataKey;
    };
    const common = { buckets, logsKey, bundle, classes, keyOf };
    const exact = searchesExactly(context);
    const vectors = exact ? undefined : new VectorIndexes(this, context, common);
    const files = new JobFiles(this, context, context.glue, buckets.work);
    const jobs = new EmbedJobs(this, context, { ...common, files, dataKey, network: jobNetwork(network) });
    const index = new IndexTask(this, context, { ...common, task, network, vectors });
    const publish = published && new PublishTask(this, context, { ...common, task, network, publish: published });
    const plan = new EmbedPlan(this, context, { ...common, files }).program;
    const sealed = Object.fromEntries(
      classes.map((c) => [c.sensitivity, keyOf(c.sensitivity)] as const).filter(([, key]) => key !== dataKey),
    );
    const record = new EmbedRecord(this, context, { ...common, sealed }).program;
    this.machine = new EmbedWorkflow(this, context, { plan, record, jobs, index, publish, logsKey, alarms }).machine;
    const distribution = distributionOf(bundle);
    if (distribution) new DriftWorkflow(this, context, { ...common, task, distribution, alarms });
    const queue = new EmbedQueue(this, {
      datasets: moleculeDatasets(context),
      gather:
        embeddings.gatherMinutes === undefined
          ? GATHER[kind === 'local' ? 'local' : 'aws']
          : Duration.minutes(embeddings.gatherMinutes),
      key: security.messagesKey,
      functionTimeout: START_TIMEOUT,
      alarms,
    });
    new EmbedStart(this, context, queue, {
      ...{ buckets, logsKey, machine: this.machine },
      messagesKey: security.messagesKey,
    });
    new Callers(this, context, { buckets, bundle });
    new EmbeddingPlaceNames(this, context, {
      machineArn: this.machine.stateMachineArn,
      queueUrl: queue.queue.queueUrl,
      bundleName: bundle.index.name,
      bundleHash: bundle.index.hash,
      dtype: embeddings.dtype,
      vectors: exact ? 'exact' : 's3-vectors',
      vectorBucket: vectors?.bucketName ?? '-',
      classes: classes.map((c) => c.sensitivity).join(','),
    });
  }
}
