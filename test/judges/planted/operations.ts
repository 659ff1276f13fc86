/** Mistakes with what operators rely on, and with what AWS would refuse. */
import { find, type Edited, type Mistake } from './edit.ts';

const ingest = 'prod/ingest';

const alarm = (t: Edited) => find(t, 'AWS::CloudWatch::Alarm').Properties;
const queue = (t: Edited) => find(t, 'AWS::SQS::Queue', 'arrivalsqueueA6').Properties;

/** A DataSync task that AWS would take, but for what is planted. */
const transferTask = (t: Edited, more: object): void => {
  const location = 'arn:aws:datasync:eu-central-1:222222222222:location/loc-0123456789abcdef0';
  t.Resources['planted'] = {
    Type: 'AWS::DataSync::Task',
    Properties: {
      SourceLocationArn: location,
      DestinationLocationArn: location,
      CloudWatchLogGroupArn: 'arn:aws:logs:eu-central-1:222222222222:log-group:/decant/transfer:*',
      ...more,
    },
  };
};

export const operationsMistakes: readonly Mistake[] = [
  {
    title: 'an alarm that tells nobody',
    stack: ingest,
    make: (t) => delete alarm(t)['AlarmActions'],
    caughtBy: ['own rules'],
  },
  {
    title: 'an alarm without an article',
    stack: ingest,
    make: (t) => (alarm(t)['AlarmDescription'] = 'Something is wrong.'),
    caughtBy: ['own rules'],
  },
  {
    title: 'an alarm that does not say what silence means',
    stack: ingest,
    make: (t) => delete alarm(t)['TreatMissingData'],
    caughtBy: ['own rules'],
  },
  {
    title: 'a queue without dead letters',
    stack: ingest,
    make: (t) => delete queue(t)['RedrivePolicy'],
    caughtBy: ['own rules', 'cdk-nag'],
  },
  {
    title: 'a queue that forgets after a day',
    stack: ingest,
    make: (t) => (queue(t)['MessageRetentionPeriod'] = 86400),
    caughtBy: ['own rules'],
  },
  {
    title: 'a queue without encryption',
    stack: ingest,
    make: (t) => Object.assign(queue(t), { KmsMasterKeyId: undefined, SqsManagedSseEnabled: false }),
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a topic without encryption',
    stack: 'prod/security',
    make: (t) => delete find(t, 'AWS::SNS::Topic').Properties['KmsMasterKeyId'],
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a log that is kept for ever',
    stack: ingest,
    make: (t) => delete find(t, 'AWS::Logs::LogGroup', 'sweeper').Properties['RetentionInDays'],
    caughtBy: ['own rules', 'cdk-nag'],
  },
  {
    title: 'a task without a log',
    stack: ingest,
    make: (t) => {
      const [container] = find(t, 'AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'] as Record<
        string,
        unknown
      >[];
      delete container?.['LogConfiguration'];
    },
    caughtBy: ['own rules', 'cdk-nag'],
  },
  {
    title: 'a function on a runtime that AWS has ended',
    stack: ingest,
    make: (t) => (find(t, 'AWS::Lambda::Function', 'register').Properties['Runtime'] = 'nodejs16.x'),
    caughtBy: ['template validator', 'cfn-lint', 'cdk-nag'],
  },
  {
    title: 'a schedule with five fields',
    stack: ingest,
    make: (t) => (find(t, 'AWS::Events::Rule', 'sweeper').Properties['ScheduleExpression'] = 'cron(0 2 * * *)'),
    caughtBy: ['own rules', 'template validator'],
  },
  {
    title: 'a transfer at hour 25',
    stack: ingest,
    make: (t) => transferTask(t, { Schedule: { ScheduleExpression: 'cron(0 25 * * ? *)' } }),
    caughtBy: ['own rules'],
  },
  {
    title: 'a SCHEDULED trigger without a schedule',
    stack: 'prod/catalog',
    make: (t) =>
      (t.Resources['planted'] = {
        Type: 'AWS::Glue::Trigger',
        Properties: { Type: 'SCHEDULED', Actions: [{ JobName: 'x' }] },
      }),
    caughtBy: ['own rules'],
  },
  {
    title: 'an Enhanced transfer that verifies a point in time',
    stack: ingest,
    make: (t) => transferTask(t, { TaskMode: 'ENHANCED', Options: { VerifyMode: 'POINT_IN_TIME_CONSISTENT' } }),
    caughtBy: ['own rules'],
  },
  {
    title: 'a verification that DataSync does not know',
    stack: ingest,
    make: (t) => transferTask(t, { Options: { VerifyMode: 'ALWAYS' } }),
    caughtBy: ['template validator', 'cfn-lint'],
  },
  {
    title: 'a task of a size that Fargate does not have',
    stack: ingest,
    make: (t) => (find(t, 'AWS::ECS::TaskDefinition').Properties['Memory'] = '1024'),
    caughtBy: ['template validator', 'cfn-lint'],
  },
  {
    title: 'a misspelt property',
    stack: ingest,
    make: (t) => Object.assign(queue(t), { VisibilityTimeOut: 60 }),
    caughtBy: ['template validator', 'cfn-lint'],
  },
  {
    title: 'a reference to a resource that is gone',
    stack: ingest,
    make: (t) => (find(t, 'AWS::Lambda::Function', 'register').Properties['Role'] = { 'Fn::GetAtt': ['gone', 'Arn'] }),
    caughtBy: ['template validator', 'cfn-lint'],
  },
];
