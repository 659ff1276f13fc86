/** A task of its own that runs the transformer's image with another argument: same cluster, network and log, another role. */
import {
  AwsLogDriverMode,
  type ContainerDefinition,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { SCRATCH, type TransformerTask, USER } from './transformer-task.ts';

export interface ImageTaskProps {
  /** Argument of the image; names family and log streams. */
  readonly command: string;
  /** Whose image, cluster and log it shares. */
  readonly task: TransformerTask;
  readonly size: { readonly cpu: number; readonly memoryLimitMiB: number; readonly ephemeralStorageGiB: number };
  readonly environment: Record<string, string>;
}

export interface ImageTask {
  readonly definition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
}

/** Adds definition and container below `scope`. The caller grants what the command needs. */
export function imageTask(
  scope: Construct,
  context: EstateContext,
  { command, task, size, environment }: ImageTaskProps,
): ImageTask {
  const definition = new FargateTaskDefinition(scope, 'task', {
    ...size,
    family: `${context.estate}-${context.environmentName}-${command}`,
    runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    volumes: [{ name: 'scratch' }],
  });
  const container = definition.addContainer('transformer', {
    image: task.image,
    command: [command],
    environment,
    user: USER,
    readonlyRootFilesystem: true,
    linuxParameters: new LinuxParameters(scope, 'linux', { initProcessEnabled: true }),
    logging: LogDriver.awsLogs({ logGroup: task.logGroup, streamPrefix: command, mode: AwsLogDriverMode.BLOCKING }),
  });
  container.addMountPoints({ containerPath: SCRATCH, sourceVolume: 'scratch', readOnly: false });
  accept(definition, 'ECS2', 'The variables are names of buckets and the like, no secrets.');
  accept(
    definition.obtainExecutionRole(),
    'IAM5[Resource::*]',
    'ecr:GetAuthorizationToken takes no resource (service authorization reference, Amazon ECR).',
  );
  return { definition, container };
}
