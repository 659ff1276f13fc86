/** The transformer: its image, what one task may use, and what it may touch. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AwsLogDriverMode,
  Cluster,
  ContainerImage,
  ContainerInsights,
  type ContainerDefinition,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { TransformerEnv } from '../../protocol/env.ts';
import { type Env } from '../../protocol/env.ts';
import { QuarantineKeys, RawKeys, TransformedKeys, WorkKeys } from '../../protocol/keys.ts';
import { databaseName } from '../../protocol/names.ts';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { grantCatalogTables } from '../base/catalog-grant.ts';
import { estateLogGroup } from '../base/logs.ts';
import type { Network } from '../network/network.ts';
import type { Seals } from '../security/sealings.ts';
import type { Buckets } from '../storage/buckets.ts';
import { reservedMemoryMiB } from './fargate-size.ts';
import type { LedgerTable } from './ledger.ts';

/** User and group of the image (containers/transformer/Dockerfile). */
export const USER = '1000:1000';
/** What the task and the agent that starts it call from inside the network. */
const CALLS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:DeleteObject',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'glue:GetTable',
  'glue:CreateTable',
  'glue:UpdateTable',
  'glue:GetPartition',
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
];
/** Scratch folder of the image; the only place that can be written. */
export const SCRATCH = '/work';

export interface TransformerTaskProps {
  readonly network: Network;
  readonly buckets: Buckets;
  readonly ledger: LedgerTable;
  readonly logsKey: IKey;
  /** @default built where the app is deployed from */
  readonly image?: ContainerImage | undefined;
  readonly seals: Seals;
}

export class TransformerTask extends Construct {
  readonly cluster: Cluster;
  readonly definition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly logGroup: LogGroup;
  readonly image: ContainerImage;
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, context: EstateContext, props: TransformerTaskProps) {
    super(scope, 'transformer');
    const { task } = context.environment;
    this.vpc = props.network.vpc;
    this.securityGroup = props.network.taskSecurityGroup;
    props.network.endpoints.serve({ who: 'transformer tasks', group: this.securityGroup, actions: CALLS });
    this.cluster = new Cluster(this, 'cluster', {
      vpc: this.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      enableFargateCapacityProviders: false, // A custom association; tasks name their launch type.
    });
    this.logGroup = estateLogGroup(this, 'transformer-log', context, props.logsKey, 'tasks');
    this.definition = new FargateTaskDefinition(this, 'task', {
      family: `${context.estate}-${context.environmentName}-transformer`,
      cpu: task.vcpu * 1024,
      memoryLimitMiB: reservedMemoryMiB(context.environmentName, context.environment),
      ephemeralStorageGiB: task.scratchGiB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      // Fargate copies the image's folder of that name, with its owner, into the task's storage.
      volumes: [{ name: 'scratch' }],
    });
    this.image = props.image ?? this.builtHere(context);
    this.container = this.addContainer(context, props);
    accept(this.definition, 'ECS2', 'The variables are names of buckets and the like, no secrets.');
    accept(
      this.definition.obtainExecutionRole(),
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken takes no resource (service authorization reference, Amazon ECR).',
    );
    this.grant(context, props);
  }

  private builtHere({ imageFolder: directory }: EstateContext): ContainerImage {
    return ContainerImage.fromDockerImageAsset(
      new DockerImageAsset(this, 'image', { directory, platform: Platform.LINUX_AMD64 }),
    );
  }

  private addContainer(context: EstateContext, { buckets, ledger, seals }: TransformerTaskProps): ContainerDefinition {
    const { task } = context.environment;
    const environment: Env<typeof TransformerEnv> = {
      ENVIRONMENT: context.environmentName,
      RAW_BUCKET: buckets.raw.bucketName,
      WORK_BUCKET: buckets.work.bucketName,
      TRANSFORMED_BUCKET: buckets.transformed.bucketName,
      QUARANTINE_BUCKET: buckets.quarantine.bucketName,
      LEDGER_TABLE: ledger.grantRecord(this.definition.taskRole),
      CATALOG_DATABASE: databaseName(context.estate, context.environmentName),
      TASK_MEMORY_MIB: String(task.memoryGiB * 1024),
      TASK_VCPU: String(task.vcpu),
      SCRATCH_GIB: String(task.scratchGiB),
    };
    const container = this.definition.addContainer('transformer', {
      image: this.image,
      environment: { ...environment, ...seals.grantWrite(this.definition.taskRole, this) },
      user: USER,
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(30), // SIGTERM to SIGKILL: the time to give a claim back.
      linuxParameters: new LinuxParameters(this, 'linux', { initProcessEnabled: true }),
      logging: LogDriver.awsLogs({ logGroup: this.logGroup, streamPrefix: 'task', mode: AwsLogDriverMode.BLOCKING }),
    });
    container.addMountPoints({ containerPath: SCRATCH, sourceVolume: 'scratch', readOnly: false });
    return container;
  }

  private grant(context: EstateContext, { buckets }: TransformerTaskProps): void {
    const { taskRole } = this.definition;
    const { contract, shard, list, result, delta } = WorkKeys;
    const parquet = Object.values(TransformedKeys).map((shape) => shape.pattern());
    const held = Object.values(QuarantineKeys).map((shape) => shape.pattern());
    buckets.raw.grantReadKeys(taskRole, [RawKeys.object.pattern()], 'versions');
    buckets.work.grantReadKeys(
      taskRole,
      [contract, shard, list, result, delta].map((shape) => shape.pattern()),
      'keys',
    );
    // A task that is given one object by hand packs it itself.
    buckets.work.grantWriteKeys(
      taskRole,
      [shard, result, delta].map((shape) => shape.pattern()),
    );
    buckets.transformed.grantReadKeys(taskRole, parquet, 'keys');
    buckets.transformed.grantWriteKeys(taskRole, parquet);
    buckets.transformed.grantDeleteKeys(taskRole, parquet); // Snapshots that no query can still be reading.
    buckets.quarantine.grantReadKeys(taskRole, held); // A replay reads what was held back.
    buckets.quarantine.grantWriteKeys(taskRole, held);
    grantCatalogTables(taskRole, context, Stack.of(this), ['GetTable', 'CreateTable', 'UpdateTable', 'GetPartition']);
  }
}
