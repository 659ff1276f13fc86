/** Where alarms go: an encrypted topic that mails the people whom the estate names. */
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';

export class AlarmTopic extends Topic {
  constructor(scope: Construct, context: EstateContext, key: IKey) {
    const { estate, environmentName, environment } = context;
    super(scope, 'alarm-topic', {
      displayName: `Decant ${estate} ${environmentName} alarms`,
      masterKey: key,
      enforceSSL: true,
    });
    const { account } = Stack.of(this);
    this.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    for (const email of environment.alarmEmails) this.addSubscription(new EmailSubscription(email));
  }
}
