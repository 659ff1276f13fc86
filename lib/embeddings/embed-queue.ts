/** Updates of datasets that hold molecules, gathered for some minutes and kept for 14 days. */
import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UpdatedEvent } from '../../protocol/workflow.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';

/** The most that SQS keeps. */
const KEEP = Duration.days(14);
/** Receives before a message is put aside: enough to outlast a short outage of Step Functions or S3. */
const MAX_RECEIVES = 8;

export interface EmbedQueueProps {
  readonly datasets: readonly string[];
  /** How long updates are gathered. */
  readonly gather: Duration;
  readonly key: IKey;
  /** Of the function that empties the queue. */
  readonly functionTimeout: Duration;
  readonly alarms: AlarmTarget;
}

export class EmbedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, props: EmbedQueueProps) {
    super(scope, 'embed-queue');
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
      deliveryDelay: props.gather,
      // Six times the function's time, as Lambda asks of a queue that feeds it (Lambda guide, with-sqs).
      visibilityTimeout: Duration.seconds(6 * props.functionTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    new Rule(this, 'updated', {
      description: 'Datasets with molecules that were updated',
      eventPattern: {
        source: [UpdatedEvent.source],
        detailType: [UpdatedEvent.detailType],
        detail: { dataset: [...props.datasets] },
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters, maxEventAge: Duration.hours(24) })],
    });
    new OperatorAlarm(this, 'embed-dead-letters', props.alarms, {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      silence: 'good',
      because: 'SQS stops publishing for a queue that has been idle for six hours.',
    });
  }
}
