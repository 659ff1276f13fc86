/**
 * Platform engineers deploy through the roles of `cdk bootstrap` and look after keys. What a deployment changes is in the
 * trail; with their own hands they change nothing, and use no key.
 */
import { DefaultStackSynthesizer, type Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { grantPlaces } from './operator.ts';
import { type AccessProps, arn, OWN_NAMES, prefixOf } from './scope.ts';

export function grantPlatform(role: Role, stack: Stack, context: EstateContext, { security }: AccessProps): void {
  grantPlaces(role, stack, context);
  const qualifier = stack.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  const deployers = ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
    (job) =>
      `arn:${stack.partition}:iam::${stack.account}:role/cdk-${qualifier}-${job}-role-${stack.account}-${stack.region}`,
  );
  allow(role, ['sts:AssumeRole'], deployers);
  allow(
    role,
    ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackEvents', 'cloudformation:DetectStackDrift'],
    [arn(stack, 'cloudformation', `stack/${prefixOf(context)}-*`)],
    undefined,
    OWN_NAMES,
  );
  const keys = [security.dataKey, security.messagesKey, security.logsKey, ...Object.values(security.classKeys)];
  allow(
    role,
    ['CancelKeyDeletion', 'DescribeKey', 'EnableKey', 'EnableKeyRotation', 'GetKeyPolicy', 'GetKeyRotationStatus']
      .concat('ListGrants', 'RotateKeyOnDemand', 'TagResource', 'UpdateKeyDescription')
      .map((a) => `kms:${a}`),
    keys.map((k) => k.keyArn),
  );
}
