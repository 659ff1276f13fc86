/** A step that runs a Fargate task to its end, and waits for room as long as there is none. */
import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { FargatePlatformVersion, type FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { IntegrationPattern, JitterType, JsonPath, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { type ContainerOverride, EcsFargateLaunchTarget, EcsRunTask } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { TransformerTask } from './transformer-task.ts';

/** What ECS answers when it has no room or too much to do; none of it is a failure of the work. */
const CAPACITY_ERRORS = [
  'AmazonECS.Unknown',
  'ECS.AmazonECSException',
  'ECS.ThrottlingException',
  'ECS.ServerException',
  'ThrottlingException',
];
/** With waits of up to 15 minutes, halved by the jitter: about a day. */
const CAPACITY_ATTEMPTS = 200;

export interface RunTaskProps {
  /** Whose cluster and network the task runs in. */
  readonly task: TransformerTask;
  readonly definition: FargateTaskDefinition;
  readonly timeout: Duration;
  readonly overrides?: ContainerOverride[];
  /** @default the transformer's */
  readonly securityGroup?: ISecurityGroup;
}

/** Callers add what is to be done when the task itself fails. */
export function runTask(scope: Construct, id: string, props: RunTaskProps): EcsRunTask {
  const { task, definition, timeout, overrides, securityGroup = task.securityGroup } = props;
  const state = new EcsRunTask(scope, id, {
    integrationPattern: IntegrationPattern.RUN_JOB,
    cluster: task.cluster,
    taskDefinition: definition,
    launchTarget: new EcsFargateLaunchTarget({ platformVersion: FargatePlatformVersion.VERSION1_4 }),
    subnets: { subnets: task.vpc.isolatedSubnets },
    securityGroups: [securityGroup],
    assignPublicIp: false,
    ...(overrides && { containerOverrides: overrides }),
    taskTimeout: Timeout.duration(timeout),
    resultPath: JsonPath.DISCARD,
  });
  state.addRetry({
    errors: CAPACITY_ERRORS,
    interval: Duration.seconds(20),
    backoffRate: 1.5,
    maxDelay: Duration.minutes(15),
    maxAttempts: CAPACITY_ATTEMPTS,
    jitterStrategy: JitterType.FULL,
  });
  return state;
}
