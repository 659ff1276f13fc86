/** Alarms in a Slack channel. Nobody can run commands from there. */
import { SlackChannelConfiguration, LoggingLevel } from 'aws-cdk-lib/aws-chatbot';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Chat } from '../../protocol/operations.ts';
import type { EstateContext } from '../base/context.ts';

export class ChatChannel extends Construct {
  constructor(scope: Construct, context: EstateContext, chat: Chat, topic: ITopic) {
    super(scope, 'chat');
    // Whatever the channel's role may one day be given, the guardrail is the bound: it says no to all of it.
    const guardrail = new ManagedPolicy(this, 'guardrail', {
      description: 'The channel is told; it asks for nothing',
      statements: [new PolicyStatement({ effect: Effect.DENY, actions: ['*'], resources: ['*'] })],
    });
    new SlackChannelConfiguration(this, 'channel', {
      slackChannelConfigurationName: `${context.estate}-${context.environmentName}`,
      slackWorkspaceId: chat.slackWorkspaceId,
      slackChannelId: chat.slackChannelId,
      notificationTopics: [topic],
      guardrailPolicies: [guardrail],
      loggingLevel: LoggingLevel.ERROR,
    });
  }
}
