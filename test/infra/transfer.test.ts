/** Where DataSync reads and writes, and what its roles may do, as deployed; see test/fixtures/transfers.yaml. */
import { describe, expect, it } from '@jest/globals';
import { type Found, AGENT, base64, of, secret, statements, template } from './support/transfers.ts';

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
