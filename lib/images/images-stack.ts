/** Builds the image in AWS, for machines without a container engine: the source asset goes up, CodeBuild makes the image. */
import { CustomResource, Duration } from 'aws-cdk-lib';
import { BuildSpec, ComputeType, LinuxBuildImage, Project, Source } from 'aws-cdk-lib/aws-codebuild';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Repository, RepositoryEncryption, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Env, ImageEnv } from '../../protocol/env.ts';
import { accept } from '../base/accept.ts';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { allow } from '../base/grant.ts';
import { estateLogGroup } from '../base/logs.ts';
import { ProgramFunction } from '../ingest/program-function.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import { buildSpec } from './build-spec.ts';

/** Images that stay: a year of weekly releases can be gone back to. */
const IMAGES_KEPT = 50;
const BUILD_TIMEOUT = Duration.minutes(40);

export interface ImagesStackProps {
  readonly security: SecurityStack;
}

export class ImagesStack extends EstateStack {
  /** Only where the estate says so: else the image is built where it is deployed from. */
  static isNeeded({ environment }: EstateContext): boolean {
    return environment.images === 'aws';
  }

  /** The transformer's image; whoever uses it waits until it is built. */
  readonly transformer: ContainerImage;

  constructor(scope: Construct, context: EstateContext, { security }: ImagesStackProps) {
    super(scope, 'images', context);
    const repository = new Repository(this, 'transformer', {
      repositoryName: `${context.estate}-${context.environmentName}/transformer`,
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryption: RepositoryEncryption.KMS,
      encryptionKey: security.dataKey,
      lifecycleRules: [{ description: 'Old releases', maxImageCount: IMAGES_KEPT }],
      removalPolicy: dataRemoval(context.environment),
      emptyOnDelete: deletesData(context.environment),
    });
    const source = new Asset(this, 'source', { path: context.imageFolder });
    const project = this.project(context, security, source, repository);
    const program = this.program(context, security, project);
    const built = new CustomResource(this, 'built', {
      serviceToken: program.functionArn,
      resourceType: 'Custom::ContainerImage',
      properties: { tag: source.assetHash, repository: repository.repositoryUri },
    });
    built.node.addDependency(project);
    this.transformer = ContainerImage.fromEcrRepository(repository, built.getAttString('tag'));
  }

  private project(context: EstateContext, security: SecurityStack, source: Asset, repository: Repository): Project {
    const logs = estateLogGroup(this, 'build-log', context, security.logsKey, 'builds');
    const project = new Project(this, 'project', {
      projectName: `${context.estate}-${context.environmentName}-image`,
      description: 'Builds the transformer’s image from the source asset and pushes it under the asset’s hash',
      source: Source.s3({ bucket: source.bucket, path: source.s3ObjectKey }),
      buildSpec: BuildSpec.fromObject(buildSpec(repository.repositoryUri)),
      environment: {
        buildImage: LinuxBuildImage.STANDARD_7_0,
        computeType: ComputeType.MEDIUM,
        privileged: true, // It runs a container engine.
      },
      timeout: BUILD_TIMEOUT,
      concurrentBuildLimit: 1,
      encryptionKey: security.dataKey,
      logging: { cloudWatch: { logGroup: logs } },
    });
    repository.grantPullPush(project);
    const why = 'The image’s source, and what CodeBuild itself writes for its project.';
    for (const action of ['s3:GetBucket*', 's3:GetObject*', 's3:List*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'])
      accept(project, `IAM5[Action::${action}]`, why);
    for (const place of ['log-group:/aws/codebuild/', 'report-group/'])
      accept(project, `IAM5[Resource::{}:${place}{}]`, why);
    accept(project, 'CodeBuildProjectSourceRepoUrl', 'Its source is an object in S3, neither GitHub nor Bitbucket.');
    allow(project, ['ecr:DescribeImages'], [repository.repositoryArn]);
    accept(
      project,
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken takes no resource (service authorization reference, Amazon ECR).',
    );
    return project;
  }

  private program(context: EstateContext, security: SecurityStack, project: Project): ProgramFunction {
    const environment: Env<typeof ImageEnv> = { PROJECT: project.projectName };
    const program = new ProgramFunction(this, 'image', context, {
      description: 'Starts the build of an image when a deployment asks for it; the build answers the deployment',
      timeout: Duration.minutes(1),
      memory: 256,
      logsKey: security.logsKey,
      environment,
    });
    allow(program, ['codebuild:StartBuild'], [project.projectArn]);
    return program;
  }
}
