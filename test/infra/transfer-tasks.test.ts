/** DataSync tasks, option by option, and their watch, as deployed; see test/fixtures/transfers.yaml. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from '@jest/globals';
import { needsTransferStack } from './support/transfer.ts';
import { type Found, AGENT, BASIC_AGENT, notes, of, options, task, template, text } from './support/transfers.ts';

describe('a task', () => {
  it('is an Enhanced one that verifies what it transferred and keeps what is gone at the source', () => {
    expect(task('plain')).toMatchObject({
      Name: 'bpc-dev-plain',
      TaskMode: 'ENHANCED',
      Options: {
        VerifyMode: 'ONLY_FILES_TRANSFERRED',
        OverwriteMode: 'ALWAYS',
        PreserveDeletedFiles: 'PRESERVE',
        TransferMode: 'CHANGED',
        BytesPerSecond: -1,
        Uid: 'INT_VALUE',
        Gid: 'INT_VALUE',
        PosixPermissions: 'PRESERVE',
        LogLevel: 'BASIC',
      },
    });
  });

  it('names no log group in Enhanced mode, whose log DataSync makes', () => {
    expect(Object.keys(task('plain'))).not.toContain('CloudWatchLogGroupArn');
  });

  it('in Basic mode goes through Basic agents, and names its log group', () => {
    expect(of('DataSync::LocationNFS', 'basic')[0]).toMatchObject({ OnPremConfig: { AgentArns: [BASIC_AGENT] } });
    expect(task('basic')).toMatchObject({ TaskMode: 'BASIC', Options: { VerifyMode: 'POINT_IN_TIME_CONSISTENT' } });
    expect(Object.keys(task('basic'))).toContain('CloudWatchLogGroupArn');
  });

  it('has a log that DataSync writes to for tasks of this account alone', () => {
    const [policy] = Object.values(template.findResources('AWS::Logs::ResourcePolicy'));
    const document = JSON.stringify((policy as Found | undefined)?.Properties['PolicyDocument']);

    expect(document).toContain('datasync.amazonaws.com');
    expect(document).toMatch(/SourceAccount[^}]*111111111111/);
    expect(document).toMatch(/SourceArn[^}]*arn:aws:datasync:eu-central-1:111111111111:task\/\*/);
  });

  it.each([
    ['smb', 'NONE'],
    ['hdfs', 'INT_VALUE'],
    ['objects', 'NONE'],
    ['efs', 'INT_VALUE'],
  ])('of a source like %s takes owners along: %s', (dataset, owners) => {
    expect([options(dataset)['Uid'], options(dataset)['Gid']]).toEqual([owners, owners]);
  });

  it.each([
    ['s3', 'PRESERVE'],
    ['objects-agent', 'PRESERVE'],
    ['objects', 'NONE'],
    ['plain', 'NONE'],
  ])('of a source like %s takes object tags along: %s', (dataset, tags) => {
    expect(options(dataset)['ObjectTags']).toBe(tags);
  });

  it('joins its filters with bars', () => {
    expect(task('filtered')).toMatchObject({
      Includes: [{ FilterType: 'SIMPLE_PATTERN', Value: '/2026|/2025*' }],
      Excludes: [{ FilterType: 'SIMPLE_PATTERN', Value: '*.tmp' }],
    });
  });

  it('runs on its schedule', () => {
    expect(task('filtered')['Schedule']).toEqual({ ScheduleExpression: 'rate(6 hours)', Status: 'ENABLED' });
  });

  it('overwrites, removes and verifies as the estate says', () => {
    expect(options('filtered')).toMatchObject({
      OverwriteMode: 'NEVER',
      PreserveDeletedFiles: 'REMOVE',
      VerifyMode: 'NONE',
    });
  });

  it.each([
    ['filtered', 100_000_000],
    ['paced', 10_000_000],
    ['nightly', 10_000_000],
  ])('of dataset %s begins at the stricter of its limits: %i bytes per second', (dataset, limit) => {
    expect(options(dataset)['BytesPerSecond']).toBe(limit);
  });

  it('reports successes and errors with versions, below the dataset’s folder of the work bucket', () => {
    expect(task('plain')['TaskReportConfig']).toMatchObject({
      OutputType: 'STANDARD',
      ReportLevel: 'SUCCESSES_AND_ERRORS',
      ObjectVersionIds: 'INCLUDE',
      Destination: { S3: { Subdirectory: 'task-reports/plain/' } },
    });
  });

  it('takes just what its manifest lists', () => {
    expect(task('listed')['ManifestConfig']).toMatchObject({
      Action: 'TRANSFER',
      Format: 'CSV',
      Source: { S3: { ManifestObjectPath: 'by-hand/listed.csv' } },
    });
  });

  it('is found by its parameter', () => {
    expect(of('SSM::Parameter', 'plain')[0]?.['Name']).toBe('/decant/bpc/dev/tasks/plain');
  });

  it('carries the tags of the estate', () => {
    expect(task('plain')['Tags']).toEqual(
      expect.arrayContaining([
        { Key: 'decant:environment', Value: 'dev' },
        { Key: 'decant:estate', Value: 'bpc' },
      ]),
    );
  });
});

describe('a dataset that waits for an agent', () => {
  it('has no task, and is told with the command to run', () => {
    expect(of('DataSync::Task', 'waiting')).toEqual([]);
    expect(notes).toEqual(['dataset waiting waits for chur: decant agent activate chur --env dev, then deploy again']);
  });

  it('needs no stack where nothing else travels', () => {
    const alone = text
      .replaceAll('agents: [basel', 'agents: [chur')
      .replace(/^ {2}(objects|blobs|efs|s3):.*\n/gm, '')
      .replace(/^ {2}basic:(\n {4}.*)+\n/m, '');

    expect(needsTransferStack(text)).toBe(true);
    expect(needsTransferStack(alone)).toBe(false);
  });
});

describe('bandwidth by the hour', () => {
  it.each([
    ['paced', '{"mbps":800,"hours":{"from":8,"to":18,"mbps":80}}'],
    ['nightly', '{"mbps":80,"hours":{"from":22,"to":6,"mbps":0}}'],
  ])('of dataset %s is told to the watch', (dataset, value) => {
    template.hasResourceProperties('AWS::SSM::Parameter', { Name: `/decant/bpc/dev/paces/${dataset}`, Value: value });
  });

  it('is told of no other dataset', () => {
    const names = Object.values(template.findResources('AWS::SSM::Parameter')).map(
      (p) => (p as Found).Properties['Name'],
    );

    expect(names.filter((n) => String(n).includes('/paces/'))).toHaveLength(2);
  });
});

describe('the watch', () => {
  it('looks every five minutes, and when an execution begins or fails', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.datasync'],
        'detail-type': ['DataSync Task Execution State Change'],
        detail: { State: ['LAUNCHING', 'TRANSFERRING', 'ERROR'] },
      },
    });
  });

  it('knows the agents that tasks go through, and no other', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { AGENTS: JSON.stringify({ basel: AGENT, bern: BASIC_AGENT }) } },
    });
  });

  it.each([
    ['transfer-failed', 'TransfersFailed', 'notBreaching'],
    ['transfer-stalled', 'TransfersStalled', 'notBreaching'],
    ['transfer-schedule-stopped', 'TransferSchedulesStopped', 'notBreaching'],
    ['agent-offline', 'AgentsOffline', 'notBreaching'],
    ['transfer-watch-silent', 'TransfersFailed', 'breaching'],
    ['transfer-report-overdue', 'TransferReportsOverdue', 'breaching'],
  ])('alarms %s on %s, missing data being %s', (alarm, metric, missing) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `bpc-dev-${alarm}`,
      MetricName: metric,
      TreatMissingData: missing,
      Dimensions: Match.arrayWith([{ Name: 'environment', Value: 'dev' }]),
    });
  });
});

describe('the archive of reports', () => {
  it('is brought up to date every hour', () => {
    const [archive] = Object.keys(
      template.findResources('AWS::Lambda::Function', {
        Properties: { Environment: { Variables: { EVIDENCE_BUCKET: Match.anyValue() } } },
      }),
    );

    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [archive, 'Arn'] } }],
    });
  });

  it('asks for a person while DataSync still remembers: six hours without a round, or one report a week old', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'bpc-dev-transfer-report-overdue',
      Statistic: 'Maximum',
      Period: 6 * 3600,
      EvaluationPeriods: 1,
      Threshold: 1,
    });
  });
});
