/**
 * The Glue jobs that embed: one a class of datasets, since all that a job writes is encrypted with the one key of its security
 * configuration. A job reads tables of its class alone.
 */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { CfnConnection, CfnJob, CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EmbedArgs, embedJobName } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { embeddingTables } from '../../protocol/names.ts';
import type { EstateContext, ShippedBundle } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';
import type { JobNetwork } from '../network/job-network.ts';
import type { Buckets } from '../storage/buckets.ts';
import type { JobFiles } from './job-files.ts';
import type { MoleculeClass } from './molecules.ts';

/** 100 million molecules on ten workers take half of it (docs/scale.md). */
const TIMEOUT = Duration.hours(8);
/** Two runs of one class at a time could both embed a molecule that neither knows yet. */
const RUNS_AT_ONCE = 1;

export interface EmbedJobsProps {
  readonly classes: readonly MoleculeClass[];
  readonly bundle: ShippedBundle;
  readonly files: JobFiles;
  readonly network: JobNetwork;
  readonly buckets: Buckets;
  /** Key of a class's data. */
  readonly keyOf: (sensitivity: MoleculeClass['sensitivity']) => IKey;
  readonly dataKey: IKey;
  readonly logsKey: IKey;
}

export class EmbedJobs extends Construct {
  /** ARNs of the jobs. */
  readonly arns: readonly string[];

  constructor(scope: Construct, context: EstateContext, props: EmbedJobsProps) {
    super(scope, 'embed-jobs');
    const connection = this.connection(context, props.network);
    this.arns = props.classes.map((of) => this.job(of, context, props, connection));
  }

  /** Puts the workers into the network that has no way to the internet. */
  private connection({ estate, environmentName }: EstateContext, { subnet, group }: JobNetwork): CfnConnection {
    const connection = new CfnConnection(this, 'connection', {
      catalogId: Stack.of(this).account,
      connectionInput: {
        name: `${estate}-${environmentName}-embed`,
        description: 'The network of the jobs that embed',
        connectionType: 'NETWORK',
        connectionProperties: {},
        physicalConnectionRequirements: {
          availabilityZone: subnet.availabilityZone,
          subnetId: subnet.subnetId,
          securityGroupIdList: [group.securityGroupId],
        },
      },
    });
    Validations.of(connection).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones come from the estate file, so that no synth needs the account to look them up.',
    });
    return connection;
  }

  private job(of: MoleculeClass, context: EstateContext, props: EmbedJobsProps, connection: CfnConnection): string {
    const { estate, environmentName, environment } = context;
    const { embeddings } = environment;
    const { sensitivity } = of;
    const { buckets, files, logsKey } = props;
    const name = embedJobName(estate, environmentName, sensitivity);
    const kms = { kmsKeyArn: logsKey.keyArn };
    const security = new CfnSecurityConfiguration(this, `${sensitivity}-encryption`, {
      name,
      encryptionConfiguration: {
        cloudWatchEncryption: { cloudWatchEncryptionMode: 'SSE-KMS', ...kms },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: 'CSE-KMS', ...kms },
        s3Encryptions: [{ s3EncryptionMode: 'SSE-KMS', kmsKeyArn: props.keyOf(sensitivity).keyArn }],
      },
    });
    const role = this.role(of, context, props);
    const job = new CfnJob(this, `${sensitivity}-job`, {
      name,
      description: `Embeds molecules of ${sensitivity} datasets of Decant ${estate} ${environmentName}`,
      role: role.roleArn,
      command: { name: 'glueetl', pythonVersion: '3', scriptLocation: files.script },
      glueVersion: '5.1',
      workerType: embeddings.workers.type,
      numberOfWorkers: embeddings.workers.count,
      maxRetries: 0, // The workflow tries again, and tells.
      timeout: TIMEOUT.toMinutes(),
      executionProperty: { maxConcurrentRuns: RUNS_AT_ONCE },
      connections: { connections: [`${estate}-${environmentName}-embed`] },
      securityConfiguration: name,
      defaultArguments: {
        [`--${EmbedArgs.dtype}`]: embeddings.dtype,
        [`--${EmbedArgs.fingerprints}`]: embeddings.fingerprints,
        [`--${EmbedArgs.tables}`]: `s3://${buckets.transformed.bucketName}`,
        [`--${EmbedArgs.quarantine}`]: `s3://${buckets.quarantine.bucketName}`,
        '--extra-py-files': files.package,
        ...(files.wheels && {
          '--additional-python-modules': files.wheels,
          '--python-modules-installer-option': '--no-index',
        }),
        '--job-bookmark-option': 'job-bookmark-disable',
        '--enable-metrics': 'true',
        '--enable-observability-metrics': 'true',
        '--TempDir': buckets.work.s3UrlForObject(WorkKeys.jobScratch.prefix({ sensitivity })),
      },
    });
    job.addResourceDependency(security);
    job.addResourceDependency(connection);
    return Stack.of(this).formatArn({ service: 'glue', resource: 'job', resourceName: name });
  }

  private role({ sensitivity, tables, datasets }: MoleculeClass, context: EstateContext, props: EmbedJobsProps): Role {
    const { buckets, bundle, dataKey, keyOf } = props;
    const { partition, region, account } = Stack.of(this);
    const role = new Role(this, `${sensitivity}-role`, {
      assumedBy: new ServicePrincipal('glue.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      description: `Decant ${context.estate} ${context.environmentName}: embeds molecules of ${sensitivity} datasets`,
    });
    props.files.grantScript(role);
    const { work, transformed, quarantine } = buckets;
    const each = (shape: { pattern(f: { dataset: string }): string }): string[] =>
      datasets.map((dataset) => shape.pattern({ dataset }));
    const scratch = WorkKeys.jobScratch.pattern({ sensitivity });
    work.grantReadKeys(
      role,
      [WorkKeys.bundle.pattern({ hash: bundle.index.hash }), WorkKeys.jobFile.pattern(), scratch].concat(
        each(WorkKeys.embedPlan),
        each(WorkKeys.embedSummary),
      ),
      'keys',
    );
    work.grantWriteKeys(role, [...each(WorkKeys.embedSummary), scratch]);
    const written = Object.values(embeddingTables).flatMap((table) =>
      sparkKeys(table, [`bundle=${bundle.index.hash}`, `sensitivity=${sensitivity}`], datasets),
    );
    transformed.grantReadKeys(role, [...tables.map((t) => `${t}/*`), ...written], 'keys');
    transformed.grantWriteKeys(role, written);
    transformed.grantDeleteKeys(role, written);
    const reasons = datasets.flatMap((d) => sparkKeys('reasons', [`dataset=${d}`], [`embed-${d}`], 'embed-'));
    quarantine.grantReadKeys(role, reasons, 'keys');
    quarantine.grantWriteKeys(role, reasons);
    quarantine.grantDeleteKeys(role, reasons);
    for (const use of ['read', 'write'] as const) allowKey(role, keyOf(sensitivity), 's3', use);
    if (keyOf(sensitivity) !== dataKey) allowKey(role, dataKey, 's3', 'write');
    allow(
      role,
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
      [`arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/jobs/*`],
      undefined,
      'Glue makes the log groups, under names that end with its security configuration (Glue guide, monitor-continuous-logging).',
    );
    return role;
  }
}

/**
 * Keys that Spark writes a partition with: files aside, under a name that begins with the dataset, then in their place; and the
 * markers of folders on the way there.
 */
function sparkKeys(table: string, folders: readonly string[], runs: readonly string[], files = ''): string[] {
  const levels = folders.map((_, i) => [table, ...folders.slice(0, i + 1)].join('/'));
  const place = levels.at(-1) ?? table;
  return [
    ...runs.map((run) => `${table}/_${run}-*`),
    `${place}/${files}*`,
    ...[table, ...levels].flatMap((level) => [`${level}/`, `${level}_$folder$`]),
  ];
}
