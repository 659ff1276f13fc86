/**
 * The crawler over the transformed bucket, and what becomes of what it sees. It writes to a database of its own, so it never
 * changes a registered table or makes a second one (docs/decisions/060-the-crawler-has-a-database-of-its-own.md).
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnCrawler, CfnDatabase, CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { CrawledEnv, Env } from '../../protocol/env.ts';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { crawlerName, databaseName, metricNamespace, seenDatabaseName } from '../../protocol/names.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import { dataRemoval, type EstateContext } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';
import { ProgramFunction } from '../ingest/program-function.ts';
import type { EstateBucket } from '../storage/estate-bucket.ts';

/** What is not data: the index files of snapshots and compactions. */
const EXCLUSIONS = ['**/_snapshot.json', '**/_compaction.json'];
/** One table a folder of the bucket, whatever lies below it. */
const CONFIGURATION = {
  Version: 1,
  Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas', TableLevelConfiguration: 2 },
};

export interface CrawlerProps {
  readonly transformed: EstateBucket;
  readonly logsKey: IKey;
  /** Further keys that tables are encrypted with. */
  readonly classKeys: readonly IKey[];
  readonly alarms: AlarmTarget;
}

export class Crawler extends Construct {
  readonly crawlerName: string;
  readonly seenDatabase: string;

  constructor(scope: Construct, context: EstateContext, props: CrawlerProps) {
    super(scope, 'crawler');
    const { estate, environmentName, environment } = context;
    this.crawlerName = crawlerName(estate, environmentName);
    this.seenDatabase = seenDatabaseName(estate, environmentName);
    const seen = new CfnDatabase(this, 'seen', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.seenDatabase, description: 'What the crawler saw in the transformed bucket' },
    });
    seen.applyRemovalPolicy(dataRemoval(environment));
    const encryption = new CfnSecurityConfiguration(this, 'encryption', {
      name: this.crawlerName,
      encryptionConfiguration: {
        cloudWatchEncryption: { cloudWatchEncryptionMode: 'SSE-KMS', kmsKeyArn: props.logsKey.keyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: 'CSE-KMS', kmsKeyArn: props.logsKey.keyArn },
        s3Encryptions: [{ s3EncryptionMode: 'SSE-KMS', kmsKeyArn: props.logsKey.keyArn }],
      },
    });
    const crawler = new CfnCrawler(this, 'crawler', {
      name: this.crawlerName,
      description: 'Looks at the files of the transformed bucket',
      role: this.role(props).roleArn,
      databaseName: this.seenDatabase,
      targets: { s3Targets: [{ path: props.transformed.s3UrlForObject(''), exclusions: EXCLUSIONS }] },
      configuration: JSON.stringify(CONFIGURATION),
      schemaChangePolicy: { updateBehavior: 'UPDATE_IN_DATABASE', deleteBehavior: 'DELETE_FROM_DATABASE' },
      recrawlPolicy: { recrawlBehavior: 'CRAWL_EVERYTHING' },
      crawlerSecurityConfiguration: this.crawlerName,
      ...(environment.crawl === undefined ? {} : { schedule: { scheduleExpression: environment.crawl } }),
    });
    crawler.addResourceDependency(seen);
    crawler.addResourceDependency(encryption);
    this.compare(context, props);
  }

  private role({ transformed, classKeys }: CrawlerProps): Role {
    const { partition, region, account } = Stack.of(this);
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('glue.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      description: 'Decant: the crawler over the transformed bucket',
    });
    transformed.grantReadKeys(role, ['*'], 'keys'); // What others wrote has no known key.
    allow(role, ['s3:GetBucketLocation'], [transformed.bucketArn]);
    for (const key of classKeys) allowKey(role, key, 's3', 'read');
    const arn = (path: string): string => `arn:${partition}:glue:${region}:${account}:${path}`;
    allow(
      role,
      ['GetDatabase', 'GetTable', 'GetTables', 'CreateTable', 'UpdateTable', 'DeleteTable']
        .concat('GetPartition', 'GetPartitions', 'BatchGetPartition', 'BatchCreatePartition', 'UpdatePartition')
        .concat('BatchUpdatePartition', 'DeletePartition', 'BatchDeletePartition')
        .map((a) => `glue:${a}`),
      [arn('catalog'), arn(`database/${this.seenDatabase}`), arn(`table/${this.seenDatabase}/*`)],
      undefined,
      'Tables of the crawler’s own database, which it makes.',
    );
    allow(
      role,
      ['glue:GetSecurityConfiguration'],
      ['*'],
      undefined,
      'It takes no resource (service authorization reference, AWS Glue).',
    );
    allow(
      role,
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
      [`arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/crawlers-role/*`],
      undefined,
      'Glue makes the log group, under a name that ends with role and security configuration (Glue guide, monitor-continuous-logging).',
    );
    return role;
  }

  /** What the crawler saw, against what is registered. */
  private compare(context: EstateContext, { transformed, logsKey, alarms }: CrawlerProps): void {
    const environment: Env<typeof CrawledEnv> = {
      ENVIRONMENT: context.environmentName,
      CATALOG_DATABASE: databaseName(context.estate, context.environmentName),
      SEEN_DATABASE: this.seenDatabase,
      TRANSFORMED_BUCKET: transformed.bucketName,
    };
    const program = new ProgramFunction(this, 'crawled', context, {
      description: 'Compares what the crawler saw with the registered tables, and enters what others wrote',
      timeout: Duration.minutes(15),
      memory: 1024,
      logsKey,
      environment,
    });
    grantDatabases(program, context);
    new Rule(this, 'ended', {
      description: 'The crawler over the transformed bucket has ended',
      eventPattern: {
        source: ['aws.glue'],
        detailType: ['Glue Crawler State Change'],
        detail: { crawlerName: [this.crawlerName], state: ['Succeeded', 'Failed'] },
      },
      targets: [new LambdaFunction(program, { retryAttempts: 2 })],
    });
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'crawl-failed', alarms, {
      metric: program.metricErrors({ period }),
      silence: 'good',
      because: 'No crawl, no comparison.',
    });
    new OperatorAlarm(this, 'schema-differs', alarms, {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: 'SchemasDiffering',
        dimensionsMap: { environment: context.environmentName, dataset: UNCLASSIFIED },
        statistic: 'Maximum',
        period,
      }),
      silence: 'good',
      because: 'Nothing was compared.',
    });
  }
}

/** Reads both databases, and enters what others wrote in the estate's. */
function grantDatabases(program: ProgramFunction, { estate, environmentName }: EstateContext): void {
  const { partition, region, account } = Stack.of(program);
  const arns = (...databases: string[]): string[] => [
    `arn:${partition}:glue:${region}:${account}:catalog`,
    ...databases.flatMap((name) =>
      [`database/${name}`, `table/${name}/*`].map((path) => `arn:${partition}:glue:${region}:${account}:${path}`),
    ),
  ];
  const [registered, seen] = [databaseName(estate, environmentName), seenDatabaseName(estate, environmentName)];
  const why = 'Tables of two databases of the estate; which there are is known at run time.';
  allow(program, ['glue:GetTables', 'glue:GetPartitions'], arns(registered, seen), undefined, why);
  allow(
    program,
    ['glue:CreateTable', 'glue:UpdateTable', 'glue:BatchCreatePartition'],
    arns(registered),
    undefined,
    why,
  );
}
