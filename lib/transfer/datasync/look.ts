/** What a function needs that looks at the tasks of an environment and at their executions. */
import { Stack } from 'aws-cdk-lib';
import { tasksPath } from '../../../protocol/places.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import type { ProgramFunction } from '../../ingest/program-function.ts';

export function allowLook(program: ProgramFunction, { estate, environmentName }: EstateContext): void {
  const { account, region, partition } = Stack.of(program);
  const of = (service: string, path: string): string => `arn:${partition}:${service}:${region}:${account}:${path}`;
  allow(program, ['ssm:GetParametersByPath'], [of('ssm', `parameter${tasksPath(estate, environmentName)}`)]);
  // Only tasks of this environment; executions carry no tags (DataSync user guide, supported-iam-actions-tagging).
  allow(
    program,
    ['datasync:DescribeTask'],
    [of('datasync', 'task/*')],
    {
      StringEquals: {
        'aws:ResourceTag/decant:estate': estate,
        'aws:ResourceTag/decant:environment': environmentName,
      },
    },
    'Tasks of this environment by their tags; a policy with every ARN would pass its size limit.',
  );
  allow(
    program,
    ['datasync:DescribeTaskExecution'],
    [of('datasync', 'task/*/execution/*')],
    undefined,
    'Executions are named at run time and carry no tags; the function lists them by the tasks of its environment.',
  );
  allow(
    program,
    ['datasync:ListTaskExecutions'],
    ['*'],
    undefined,
    'It takes no resource (service authorization reference, AWS DataSync).',
  );
}
