/** Keys, and the topic that alarms go to: upstream of everything that uses them. */
import type { Construct } from 'constructs';
import type { AlarmTarget } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { EstateKey } from './keys.ts';

export class SecurityStack extends EstateStack {
  readonly dataKey: EstateKey;
  readonly messagesKey: EstateKey;
  readonly logsKey: EstateKey;
  readonly alarms: AlarmTarget;

  constructor(scope: Construct, context: EstateContext) {
    super(scope, 'security', context);
    this.dataKey = new EstateKey(this, 'data', context);
    this.messagesKey = new EstateKey(this, 'messages', context);
    this.logsKey = new EstateKey(this, 'logs', context);
    this.alarms = { topic: new AlarmTopic(this, context, this.messagesKey), context };
  }
}
