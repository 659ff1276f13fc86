/** DataSync tasks as they are deployed, kind by kind and option by option; see test/fixtures/transfers.yaml. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsTransferStack, synthesize } from './support/transfer.ts';

const text = readFileSync(join(import.meta.dirname, '../fixtures/transfers.yaml'), 'utf8');
const { template, notes } = synthesize(text);

const AGENT = 'arn:aws:datasync:eu-central-1:111111111111:agent/agent-0123456789abcdef0';
const BASIC_AGENT = AGENT.replace('abcdef0', 'abcdef1');
const secret = (name: string): string => `arn:aws:secretsmanager:eu-central-1:111111111111:secret:${name}`;
const base64 = (plain: string): string => Buffer.from(plain).toString('base64');

interface Found {
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Properties of the resources of a type that belong to a dataset. */
function of(type: string, dataset: string): Readonly<Record<string, unknown>>[] {
  const prefix = `datasync${dataset.replaceAll('-', '')}`;
  return Object.entries(template.findResources(`AWS::${type}`))
    .filter(([id]) => new RegExp(`^${prefix}(source|destination|task|parameter|role|reader)`).test(id))
    .map(([, found]) => (found as Found).Properties);
}

const task = (dataset: string): Readonly<Record<string, unknown>> => of('DataSync::Task', dataset)[0] ?? {};
const options = (dataset: string): Readonly<Record<string, unknown>> =>
  (task(dataset)['Options'] ?? {}) as Readonly<Record<string, unknown>>;
/** Statements of the role of a dataset, or of the one that reads its bucket. */
const statements = (dataset: string, id: 'role' | 'reader'): unknown => {
  const [found] = Object.entries(template.findResources('AWS::IAM::Role'))
    .filter(([logical]) => logical.startsWith(`datasync${dataset}${id}`))
    .map(([, r]) => (r as Found).Properties['Policies'] as { PolicyDocument: { Statement: unknown } }[]);
  return found?.[0]?.PolicyDocument.Statement;
};

describe('a source of kind', () => {
  it.each<[string, string, object]>([
    [
      'plain',
      'NFS',
      { ServerHostname: 'filer.example.com', Subdirectory: '/export/lab/plain/', OnPremConfig: { AgentArns: [AGENT] } },
    ],
    [
      'smb',
      'SMB',
      {
        ServerHostname: 'filer',
        Subdirectory: '/share/smb/',
        AgentArns: [AGENT],
        AuthenticationType: 'NTLM',
        User: 'svc',
        Domain: 'corp',
        CustomSecretConfig: { SecretArn: secret('bpc/smb') },
      },
    ],
    [
      'smb-kerberos',
      'SMB',
      {
        AuthenticationType: 'KERBEROS',
        KerberosPrincipal: 'svc@CORP',
        KerberosKrb5Conf: base64('[realms]'),
        CustomSecretConfig: { SecretArn: secret('bpc/keytab') },
      },
    ],
    [
      'hdfs',
      'HDFS',
      {
        NameNodes: [
          { Hostname: 'a', Port: 8020 },
          { Hostname: 'b', Port: 9000 },
        ],
        Subdirectory: '/data/hdfs/',
        AuthenticationType: 'SIMPLE',
        SimpleUser: 'hdfs',
        AgentArns: [AGENT],
        QopConfiguration: { RpcProtection: 'PRIVACY', DataTransferProtection: 'PRIVACY' },
      },
    ],
    [
      'hdfs-kerberos',
      'HDFS',
      {
        AuthenticationType: 'KERBEROS',
        KerberosPrincipal: 'svc@CORP',
        KmsKeyProviderUri: 'kms://http@k:9600/kms',
        CustomSecretConfig: { SecretArn: secret('bpc/hdfs') },
      },
    ],
    [
      'objects',
      'ObjectStorage',
      {
        ServerHostname: 'minio.example.com',
        ServerPort: 9000,
        ServerProtocol: 'HTTPS',
        BucketName: 'bucket',
        Subdirectory: '/in/objects/',
        AccessKey: 'key',
        CustomSecretConfig: { SecretArn: secret('s-AbCdEf') },
      },
    ],
    [
      'objects-agent',
      'ObjectStorage',
      { ServerPort: 80, ServerProtocol: 'HTTP', AgentArns: [AGENT], ServerCertificate: base64('-----BEGIN') },
    ],
    [
      'blobs',
      'AzureBlob',
      {
        AzureBlobContainerUrl: 'https://bpc.blob.core.windows.net/lab',
        AzureBlobAuthenticationType: 'SAS',
        AzureBlobType: 'BLOCK',
        Subdirectory: '/in/blobs/',
        CustomSecretConfig: { SecretArn: secret('sas') },
      },
    ],
    ['efs', 'EFS', { Subdirectory: '/data/efs/', InTransitEncryption: 'TLS1_2' }],
  ])('%s becomes a location of type %s, in the dataset’s folder', (dataset, type, properties) => {
    expect(of(`DataSync::Location${type}`, dataset)).toEqual([expect.objectContaining(deep(properties))]);
  });

  it.each(['objects', 'blobs'])('%s needs no agent in Enhanced mode', (dataset) => {
    const [location] = [
      ...of('DataSync::LocationObjectStorage', dataset),
      ...of('DataSync::LocationAzureBlob', dataset),
    ];

    expect(Object.keys(location ?? {})).not.toContain('AgentArns');
  });

  it('efs is read from its own subnet and with its own security groups', () => {
    const [location] = of('DataSync::LocationEFS', 'efs');
    const arn = (resource: string): string => `arn:aws:ec2:eu-central-1:111111111111:${resource}`;

    expect(location?.['Ec2Config']).toEqual({
      SubnetArn: arn('subnet/subnet-0a'),
      SecurityGroupArns: [arn('security-group/sg-0a')],
    });
  });

  it('any holds no secret itself', () => {
    const all = JSON.stringify(template.findResources('AWS::DataSync::*'));

    expect(all).not.toMatch(/"(Password|SecretKey|KerberosKeytab|AzureBlobSasConfiguration|CmkSecretConfig)"/);
  });
});

/** Lets objects within hold more than is expected. */
const deep = (properties: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]: [string, unknown]) => [
      name,
      name === 'CustomSecretConfig' ? (expect.objectContaining(value as object) as unknown) : value,
    ]),
  );

describe('a bucket as the source', () => {
  const inAccount = { StringEquals: { 'aws:ResourceAccount': '333333333333' } };

  it('becomes a location of its folder', () => {
    template.hasResourceProperties('AWS::DataSync::LocationS3', {
      S3BucketArn: 'arn:aws:s3:::partner',
      Subdirectory: '/in/s3/',
    });
  });

  it('is read with a role of fixed name, that folder alone, in the account that the estate names', () => {
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'bpc-dev-read-s3' });
    expect(statements('s3', 'reader')).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        Condition: inAccount,
        Resource: 'arn:aws:s3:::partner',
      },
      {
        Effect: 'Allow',
        Action: [
          's3:GetObject',
          's3:GetObjectTagging',
          's3:GetObjectVersion',
          's3:GetObjectVersionTagging',
          's3:ListMultipartUploadParts',
        ],
        Condition: inAccount,
        Resource: 'arn:aws:s3:::partner/in/s3/*',
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
        Resource: 'arn:aws:kms:us-east-1:333333333333:key/0a1b',
      },
    ]);
  });
});

describe('the role of a dataset', () => {
  const own = { StringEquals: { 'aws:ResourceAccount': '111111111111' } };
  const granted = (): { Action: string | string[]; Resource: unknown; Condition: unknown }[] =>
    statements('listed', 'role') as { Action: string | string[]; Resource: unknown; Condition: unknown }[];
  /** Keys of the resources of the statement with an action, `''` for a bucket itself. */
  const keysOf = (action: string, at = 0): string[] =>
    granted()
      .filter((s) => [s.Action].flat().includes(action))
      .slice(at, at + 1)
      .flatMap((s) => [s.Resource].flat())
      .map((r) => /\/[^"\]]*\*?(?="\])|\/[^"]*/.exec(JSON.stringify(r))?.[0] ?? '');

  it('writes and removes objects of its folder in raw alone', () => {
    expect([keysOf('s3:DeleteObject'), keysOf('s3:PutObject')]).toEqual([['/lab/listed/*'], ['/lab/listed/*']]);
  });

  it('writes its reports, and reads its retry lists and its manifest', () => {
    expect(keysOf('s3:PutObject', 1)).toEqual(['/task-reports/listed/*']);
    expect(keysOf('s3:GetObject', 1)).toEqual(['/by-hand/listed.csv', '/retry-lists/listed/*.csv']);
  });

  it('reaches nothing of another account, and keys through S3 alone', () => {
    const via = { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } };

    expect(granted().map((s) => s.Condition)).toEqual([own, own, own, own, via]);
  });

  it('is taken by DataSync for this account alone', () => {
    const [found] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.startsWith('datasynclistedrole'),
    );

    expect((found?.[1] as Found).Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'datasync.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '111111111111' },
            ArnLike: { 'aws:SourceArn': 'arn:aws:datasync:eu-central-1:111111111111:*' },
          },
        },
      ],
    });
  });
});

describe('the role that signs in to a source', () => {
  it('reads the one secret that the source names, and its key through Secrets Manager', () => {
    const [found] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.startsWith('datasyncsourcevaultsecretrole'),
    );
    const [policy] = (found?.[1] as Found).Properties['Policies'] as { PolicyDocument: { Statement: unknown } }[];

    expect(policy?.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: `${secret('bpc/keytab')}-??????`,
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
        Resource: 'arn:aws:kms:eu-central-1:111111111111:key/0a1b',
      },
    ]);
  });
});

describe('the folder', () => {
  it.each([
    ['basic', '/export/lab/'],
    ['filtered', '/export/lab/2026/in/'],
    ['plain', '/export/lab/plain/'],
  ])('of dataset %s at the source is %s', (dataset, folder) => {
    expect(of('DataSync::LocationNFS', dataset)[0]?.['Subdirectory']).toBe(folder);
  });

  it('in raw is that of source and dataset, whatever it is at the source', () => {
    expect(of('DataSync::LocationS3', 'filtered')[0]?.['Subdirectory']).toBe('/lab/filtered/');
  });
});

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
  ])('alarms %s on %s, missing data being %s', (alarm, metric, missing) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `bpc-dev-${alarm}`,
      MetricName: metric,
      TreatMissingData: missing,
      Dimensions: Match.arrayWith([{ Name: 'environment', Value: 'dev' }]),
    });
  });
});
