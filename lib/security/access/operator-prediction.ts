/** What operators need of the prediction API: a token to try it with, and a place for files that jobs read. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { applicationSecret } from '../../../protocol/places.ts';
import { JOB_UPLOADS } from '../../../protocol/prediction-store.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { type AccessProps, arn } from './scope.ts';

/** `decant token`: the secret of an application, which operators hand to it as well. */
export function grantPrediction(role: Role, stack: Stack, context: EstateContext, props: AccessProps): void {
  const { buckets, security } = props;
  // Secrets Manager ends a secret's ARN with six characters of its own (user guide, reference_iam-permissions).
  const secrets = arn(
    stack,
    'secretsmanager',
    `secret:${applicationSecret(context.estate, context.environmentName, '*')}`,
  );
  allow(
    role,
    ['secretsmanager:GetSecretValue'],
    [secrets],
    undefined,
    'Applications of the API, as the estate names them.',
  );
  allow(role, ['kms:Decrypt'], [security.dataKey.keyArn], {
    StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com` },
  });
  buckets.work.grantWriteKeys(role, [`${JOB_UPLOADS}*`]);
}
