/** Applications of the API: each has a client to sign in as, a plan that bounds it, and a secret that holds what it needs. */
import { CfnApiKey, CfnUsagePlan, CfnUsagePlanKey, type Stage } from 'aws-cdk-lib/aws-apigateway';
import { type CfnUserPoolClient, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, SecretValue, Token } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { applicationSecret } from '../../protocol/places.ts';
import type { Prediction } from '../../protocol/prediction.ts';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';

/** What an application signs in with, read by who operates it. */
export class ApplicationSecret extends Secret {
  constructor(scope: Construct, context: EstateContext, name: string, client: UserPoolClient, key: IKey) {
    const { estate, environmentName } = context;
    const { attrClientSecret } = client.node.defaultChild as CfnUserPoolClient;
    super(scope, `secret-${name}`, {
      secretName: applicationSecret(estate, environmentName, name),
      description: `Decant ${estate} ${environmentName}: client credentials of application ${name}`,
      encryptionKey: key,
      // Cognito makes it; the template names where it comes from, never what it is.
      secretObjectValue: {
        client_id: SecretValue.unsafePlainText(client.userPoolClientId),
        client_secret: SecretValue.unsafePlainText(Token.asString(attrClientSecret)),
      },
      removalPolicy: RemovalPolicy.DESTROY, // Worth nothing without its client.
    });
    const why =
      'Cognito makes the secret with its client; docs/prediction.md says how to change to another one without a break.';
    for (const finding of ['SMG4', 'SecretsManagerRotationEnabled']) accept(this, finding, why);
  }
}

export interface PlansProps {
  readonly prediction: Prediction;
  readonly stage: Stage;
  /** Name → client id; of applications and of people. */
  readonly clients: Readonly<Record<string, string>>;
}

/**
 * A plan and a key for each client. The key is the client's id: it counts and throttles and signs nobody in, so that nobody
 * has a second thing to keep.
 */
export class UsagePlans extends Construct {
  constructor(scope: Construct, { estate, environmentName }: EstateContext, props: PlansProps) {
    super(scope, 'plans');
    const { rate, burst, perDay } = props.prediction.perApplication;
    const { stage } = props;
    for (const [name, value] of Object.entries(props.clients)) {
      const planName = `${estate}-${environmentName}-${name}`;
      const plan = new CfnUsagePlan(this, `plan-${name}`, {
        usagePlanName: planName,
        description: `Requests of ${name}`,
        apiStages: [{ apiId: stage.restApi.restApiId, stage: stage.stageName }],
        throttle: { rateLimit: rate, burstLimit: burst },
        quota: { limit: perDay, period: 'DAY' },
      });
      const key = new CfnApiKey(this, `key-${name}`, { name: planName, enabled: true, value });
      new CfnUsagePlanKey(this, `of-${name}`, { keyId: key.ref, keyType: 'API_KEY', usagePlanId: plan.ref });
    }
  }
}
