/** The log of Basic tasks, which DataSync may write to. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EstateContext } from '../../base/context.ts';
import { estateLogGroup } from '../../base/logs.ts';

export function taskLog(scope: Construct, context: EstateContext, logsKey: IKey): LogGroup {
  const group = estateLogGroup(scope, 'datasync', context, logsKey, 'tasks');
  const { account, region, partition } = Stack.of(scope);
  group.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('datasync.amazonaws.com')],
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [group.logGroupArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:datasync:${region}:${account}:task/*` },
      },
    }),
  );
  return group;
}
