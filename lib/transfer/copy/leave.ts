/** The dated statement on a source bucket of ours: deployed where the bucket is. */
import { Stack, Tags } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { copyRoleName, type CopyRoute } from '../../../protocol/copy.ts';
import { bucketStatements } from '../../../protocol/copy-statements.ts';
import type { Estate } from '../../../protocol/estate.ts';
import { accept } from '../../base/accept.ts';
import type { EstateContext } from '../../base/context.ts';

export interface LeaveProps {
  /** Name of the source. */
  readonly source: string;
  readonly of: Estate['sources'][string];
  readonly routes: readonly CopyRoute[];
  /** A policy that names a role which does not exist is refused. */
  readonly after: Role;
}

/** With the transfer stack where the bucket is of its account and Region, else by a stack of its own there. */
export function deployLeave(scope: Construct, context: EstateContext, props: LeaveProps): void {
  const { environment } = context;
  const account = props.of.account ?? environment.account;
  const region = props.of.region ?? environment.region;
  const here = account === environment.account && region === environment.region;
  const policy = bucketPolicy(
    here ? scope : new LeaveStack(scope, context, { ...props, account, region }),
    context,
    props,
  );
  if (here) policy.node.addDependency(props.after);
}

/** CloudFormation refuses a bucket that has a policy already; its statements are then merged by hand (decant copy statement). */
function bucketPolicy(scope: Construct, context: EstateContext, { source, of, routes }: LeaveProps): CfnBucketPolicy {
  const bucket = routes[0]?.bucket ?? '';
  const { partition } = Stack.of(scope);
  const role = copyRoleName(context.estate, context.environmentName, source);
  const statements = bucketStatements({
    source,
    bucket,
    prefixes: routes.map((r) => r.sourcePrefix),
    // By name: no value goes from stack to stack across accounts.
    roleArn: `arn:${partition}:iam::${context.environment.account}:role/${role}`,
    until: of.grant?.until ?? '',
    partition,
  });
  const leave = new CfnBucketPolicy(scope, 'leave', {
    bucket,
    policyDocument: { Version: '2012-10-17', Statement: statements },
  });
  const why =
    'The bucket is a source, not ours to close to others: this adds a leave, for requests by TLS only, and takes nothing away.';
  for (const finding of ['S10', 'S3BucketSSLRequestsOnly']) accept(leave, finding, why);
  return leave;
}

/** In the account and Region of a source bucket. */
class LeaveStack extends Stack {
  constructor(scope: Construct, context: EstateContext, props: LeaveProps & { account: string; region: string }) {
    const { estate, environmentName, environment } = context;
    const transfer = Stack.of(scope);
    const environmentScope = transfer.node.scope;
    if (!environmentScope) throw new Error('the transfer stack is in no environment');
    super(environmentScope, `leave-${props.source}`, {
      stackName: `${estate}-${environmentName}-leave-${props.source}`,
      description: `Decant ${estate} ${environmentName}: leave to copy from ${props.routes[0]?.bucket ?? ''}`,
      env: { account: props.account, region: props.region },
      terminationProtection: environment.kind === 'prod',
    });
    this.addStackDependency(transfer, 'its policy names the role of the copies');
    const tags = { 'decant:estate': estate, 'decant:environment': environmentName, ...environment.tags };
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }
}
