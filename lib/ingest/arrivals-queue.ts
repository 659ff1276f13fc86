/** Events of the raw bucket, kept for 14 days until they are recorded. */
import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';

/** The most that SQS keeps: nobody loses data over a long holiday. */
const KEEP = Duration.days(14);
/** Receives before an event is put aside: enough to outlast a short outage of a service that arrivals calls. */
const MAX_RECEIVES = 8;

export interface ArrivalsQueueProps {
  readonly rawBucket: IBucket;
  readonly key: IKey;
  /** Of the function that empties the queue. */
  readonly functionTimeout: Duration;
  readonly alarms: AlarmTarget;
}

export class ArrivalsQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, props: ArrivalsQueueProps) {
    super(scope, 'arrivals-queue');
    const common = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: KEEP,
    };
    this.deadLetters = new Queue(this, 'dead-letters', common);
    this.queue = new Queue(this, 'queue', {
      ...common,
      // Six times the function's time, as Lambda asks of a queue that feeds it (Lambda guide, with-sqs).
      visibilityTimeout: Duration.seconds(6 * props.functionTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    new Rule(this, 'raw-objects', {
      description: 'Objects created in or deleted from the raw bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [props.rawBucket.bucketName] } },
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters, maxEventAge: Duration.hours(24) })],
    });
    this.addAlarms(props.alarms);
  }

  private addAlarms(alarms: AlarmTarget): void {
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'arrivals-dead-letters', alarms, {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      silence: 'good',
      because: 'SQS stops publishing for a queue that has been idle for six hours.',
    });
    new OperatorAlarm(this, 'arrivals-late', alarms, {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      threshold: Duration.minutes(15).toSeconds(),
      silence: 'good',
      because: 'An idle queue has no oldest message.',
    });
  }
}
