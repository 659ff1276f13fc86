/** The task that writes what a run embedded to the estate's database and as files. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { EcsRunTask } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Env } from '../../protocol/env.ts';
import { EmbeddedKeys, ExportKeys, WorkKeys } from '../../protocol/keys.ts';
import {
  type Publish,
  PUBLISH_COMMAND,
  publishedTables,
  type PublishEnv,
  PublishInput,
} from '../../protocol/publish.ts';
import type { EstateContext } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';
import { type ImageTask, imageTask } from '../ingest/image-task.ts';
import { runTask } from '../ingest/run-task.ts';
import { publishGroup } from '../network/publish-group.ts';
import type { IndexTaskProps } from './index-task.ts';

/** A million rows go in within minutes; a database that is away is waited for. */
const TIMEOUT = Duration.hours(12);
const SIZE = { cpu: 1024, memoryLimitMiB: 4096, ephemeralStorageGiB: 50 };

export type PublishTaskProps = Omit<IndexTaskProps, 'vectors'> & { readonly publish: Publish };

export class PublishTask extends Construct {
  private readonly made: ImageTask;
  private readonly props: PublishTaskProps;
  private readonly group: SecurityGroup;

  constructor(scope: Construct, context: EstateContext, props: PublishTaskProps) {
    super(scope, 'publish-task');
    this.props = props;
    const { buckets, publish, task } = props;
    const environment: Env<typeof PublishEnv> = {
      ENVIRONMENT: context.environmentName,
      TRANSFORMED_BUCKET: buckets.transformed.bucketName,
      PUBLISH: JSON.stringify(publish),
    };
    this.made = imageTask(this, context, { command: PUBLISH_COMMAND, task, size: SIZE, environment });
    this.grantFiles();
    if (publish.database) this.grantSecret(publish.database);
    this.group = publishGroup(props.network, publish.database);
  }

  private grantFiles(): void {
    const { buckets, classes, bundle, keyOf, publish } = this.props;
    const { taskRole } = this.made.definition;
    const published = classes.filter((c) => publish.sensitivities.includes(c.sensitivity));
    const files = publishedTables.flatMap((table) =>
      published.map(({ sensitivity }) => EmbeddedKeys.file.pattern({ table, bundle: bundle.index.hash, sensitivity })),
    );
    const summaries = published.flatMap((c) => c.datasets).map((dataset) => WorkKeys.embedSummary.pattern({ dataset }));
    buckets.transformed.grantReadKeys(taskRole, [...files, ExportKeys.index.pattern()], 'keys');
    buckets.transformed.grantWriteKeys(taskRole, [ExportKeys.index.pattern(), ExportKeys.file.pattern()]);
    buckets.work.grantReadKeys(taskRole, summaries, 'keys');
    for (const { sensitivity } of published) allowKey(taskRole, keyOf(sensitivity), 's3', 'read');
  }

  private grantSecret({ secret }: NonNullable<Publish['database']>): void {
    const { partition, region, account } = Stack.of(this);
    const known = secret.startsWith('arn:');
    const arn = known ? secret : `arn:${partition}:secretsmanager:${region}:${account}:secret:${secret}-??????`;
    allow(
      this.made.definition.taskRole,
      ['secretsmanager:GetSecretValue'],
      [arn],
      undefined,
      ...(known ? [] : ['The six characters that Secrets Manager ends the ARN of a secret with; the estate names it.']),
    );
  }

  /** A step that publishes the run whose summary's URI lies at a path of the state. */
  state(scope: Construct, name: string, summary: string): EcsRunTask {
    const state = runTask(scope, name, {
      task: this.props.task,
      definition: this.made.definition,
      timeout: TIMEOUT,
      securityGroup: this.group,
      overrides: [
        {
          containerDefinition: this.made.container,
          environment: [{ name: PublishInput.summary, value: JsonPath.stringAt(summary) }],
        },
      ],
    });
    // A file is loaded whole or not at all, and doing it again changes nothing.
    state.addRetry({ errors: ['States.TaskFailed'], interval: Duration.minutes(5), backoffRate: 2, maxAttempts: 5 });
    return state;
  }
}
