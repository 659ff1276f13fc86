/** Where alarms go: an encrypted topic that mails the people whom the estate names. */
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
    // A statement of its own: a principal that carries its conditions cannot be merged with those of others' grants.
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    for (const email of environment.alarmEmails) this.addSubscription(new EmailSubscription(email));
  }
}
