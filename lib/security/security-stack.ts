/** Keys, the boundary of every role, the trail, and the topic that alarms go to: upstream of everything that uses them. */
import type { Construct } from 'constructs';
import { classOf } from '../../protocol/contract.ts';
import { sensitiveClasses, type SensitiveClass } from '../../protocol/people.ts';
import type { AlarmTarget } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Boundary } from './boundary.ts';
import { type ClassKeys, EstateKey } from './keys.ts';
import { Seals } from './sealings.ts';
import { AccountTrail, TrailBucket } from './trail.ts';

export class SecurityStack extends EstateStack {
  readonly dataKey: EstateKey;
  readonly messagesKey: EstateKey;
  readonly logsKey: EstateKey;
  readonly classKeys: ClassKeys;
  readonly seals: Seals;
  readonly boundary: Boundary;
  readonly trailBucket: TrailBucket;
  readonly alarms: AlarmTarget;

  constructor(scope: Construct, context: EstateContext) {
    super(scope, 'security', context);
    this.dataKey = new EstateKey(this, 'data', context);
    this.messagesKey = new EstateKey(this, 'messages', context);
    this.logsKey = new EstateKey(this, 'logs', context);
    this.classKeys = Object.fromEntries(
      classesOf(context).map((name) => [name, new EstateKey(this, name, context)] as const),
    );
    this.seals = new Seals(context, this.classKeys);
    this.boundary = new Boundary(this, context);
    this.trailBucket = new TrailBucket(this, context, this.logsKey);
    new AccountTrail(this, context, { bucket: this.trailBucket, key: this.logsKey });
    this.alarms = { topic: new AlarmTopic(this, context, this.messagesKey), context };
  }
}

const classesOf = ({ declared }: EstateContext): SensitiveClass[] => {
  const used = new Set(Object.values(declared.datasets).map(({ contract }) => classOf(contract)));
  return sensitiveClasses.filter((name) => used.has(name));
};
