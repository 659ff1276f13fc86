/** What both workflows have in common: a log and traces. */
import { type Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { estateLogGroup } from '../base/logs.ts';

/** Known ahead, so that a machine may name itself in its own definition. */
export const machineName = ({ estate, environmentName }: EstateContext, name: string): string =>
  `${estate}-${environmentName}-${name}`;

export function workflow(
  scope: Construct,
  name: string,
  context: EstateContext,
  logsKey: IKey,
  timeout: Duration,
  definition: IChainable,
): StateMachine {
  const machine = new StateMachine(scope, 'machine', {
    stateMachineName: machineName(context, name),
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromChainable(definition),
    timeout,
    tracingEnabled: true,
    logs: {
      destination: estateLogGroup(scope, `${name}-log`, context, logsKey, 'states'),
      level: LogLevel.ALL,
      includeExecutionData: true, // Ids and keys only (protocol/workflow.ts).
    },
  });
  accept(
    machine,
    'IAM5[Resource::*]',
    'X-Ray, log delivery and ecs:StopTask/DescribeTasks take no resource here (Step Functions guide, cw-logs, connect-ecs).',
  );
  return machine;
}
