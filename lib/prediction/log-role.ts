/**
 * Leave for API Gateway to write logs: one setting of the account and Region, which every environment there sets alike and none
 * takes away, since another may need it still.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { allow } from '../base/grant.ts';

export class GatewayLogRole extends Construct {
  readonly account: CfnAccount;

  constructor(scope: Construct, context: EstateContext) {
    super(scope, 'gateway-logs');
    const { account, partition, region } = Stack.of(this);
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      description: `Decant ${context.estate} ${context.environmentName}: API Gateway writes access logs`,
    });
    const groups = `arn:${partition}:logs:${region}:${account}:log-group:/decant/apis/*`;
    allow(
      role,
      [
        'CreateLogGroup',
        'CreateLogStream',
        'DescribeLogStreams',
        'PutLogEvents',
        'GetLogEvents',
        'FilterLogEvents',
      ].map((a) => `logs:${a}`),
      [groups],
      undefined,
      'Access logs of every environment of this account, which share the one setting.',
    );
    allow(
      role,
      ['logs:DescribeLogGroups'],
      ['*'],
      undefined,
      'API Gateway asks for it when the setting is made (developer guide, set-up-logging); it takes no narrower resource.',
    );
    this.account = new CfnAccount(this, 'account', { cloudWatchRoleArn: role.roleArn });
    this.account.node.addDependency(role);
    for (const kept of [role, this.account]) kept.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
