/** The credentials of a source: named, never held. DataSync reads the secret itself, with a role of its own. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Source } from '../../../protocol/estate.ts';
import { DatasyncRole, keyThrough } from './service-role.ts';

export interface SecretConfig {
  readonly secretArn: string;
  readonly secretAccessRoleArn: string;
}

/** Secrets Manager puts six characters after a name that it is given. */
const SUFFIX = '-??????';

/** Who may read the secret of a source, and where it lies; undefined for a source without one. */
export function secretConfig(scope: Construct, name: string, source: Source): SecretConfig | undefined {
  if (source.secret === undefined) return undefined;
  const { account, region, partition } = Stack.of(scope);
  const known = source.secret.startsWith('arn:');
  const secretArn = known
    ? source.secret
    : `arn:${partition}:secretsmanager:${region}:${account}:secret:${source.secret}`;
  const role = new DatasyncRole(scope, 'secret-role', {
    description: `DataSync signs in to source ${name}`,
    why: `The one secret of source ${name}; Secrets Manager ends its ARN with six characters of its own.`,
    statements: [
      // DataSync user guide, location-credentials.
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        resources: [known ? secretArn : `${secretArn}${SUFFIX}`],
      }),
      ...(source.kmsKey === undefined ? [] : [keyThrough('secretsmanager', region, source.kmsKey, ['kms:Decrypt'])]),
    ],
  });
  return { secretArn, secretAccessRoleArn: role.roleArn };
}
