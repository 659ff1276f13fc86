/** Estates whose transfers AWS would refuse: each is told at its line, with the remedy. */
import { describe, expect, test } from '@jest/globals';
import { checkEstate, formatProblem } from '../../../runtime/estate.ts';

const text = (more: { environment?: string; source?: string; transfer?: string; size?: string }): string => `estate: bpc
environments:
  dev:
    kind: dev
    account: '111111111111'
    agents: ${more.environment ?? '{ basel: {}, bern: { mode: basic } }'}
sources:
  lab: ${more.source ?? "{ kind: nfs, location: 'filer:/export/lab', agents: [basel] }"}
datasets:
  assays:
    source: lab
    transfer: ${more.transfer ?? '{}'}
    size: ${more.size ?? '{ objects: 100, gigabytes: 1 }'}
    contract: { format: csv, columns: [{ name: a }] }
`;

const told = (more: Parameters<typeof text>[0]): string[] =>
  checkEstate(text(more), 'decant.yaml').problems.map(formatProblem);

const nfs = (agents: string): string => `{ kind: nfs, location: 'filer:/export/lab', agents: ${agents} }`;

describe('a transfer that AWS takes is told nothing:', () => {
  test.each<[string, Parameters<typeof text>[0]]>([
    ['NFS', {}],
    [
      'NFS in Basic mode with its own verification',
      { source: nfs('[bern]'), transfer: '{ mode: basic, verify: point-in-time }' },
    ],
    [
      'SMB',
      {
        source: '{ kind: smb, location: //filer/share/lab, agents: [basel], user: svc, domain: corp, secret: bpc/smb }',
      },
    ],
    [
      'SMB with Kerberos',
      {
        source:
          '{ kind: smb, location: //filer.corp/share, agents: [basel], secret: s, kerberos: { principal: svc@CORP, krb5Conf: x } }',
      },
    ],
    ['HDFS', { source: "{ kind: hdfs, location: 'hdfs://a:8020,b:8020/data', agents: [basel], user: hdfs }" }],
    [
      'object storage without an agent',
      { source: "{ kind: object-store, location: 'https://minio:9000/bucket', user: key, secret: s }" },
    ],
    ['Azure Blob', { source: "{ kind: azure-blob, location: 'https://a.blob.core.windows.net/box', secret: sas }" }],
    ['EFS', { source: "{ kind: efs, location: 'fs-01234567:/data', subnet: subnet-0a, securityGroups: [sg-0a] }" }],
    ['S3', { source: "{ kind: s3, location: 's3://bucket/in' }", transfer: '{ by: datasync }' }],
    ['an agent that waits for its activation', { environment: '{ basel: {} }' }],
    ['filters', { transfer: "{ include: [/2026*, /a/b], exclude: ['*.tmp', '*/temp', '/x\\|y'] }" }],
    ['bandwidth by the hour', { transfer: '{ bandwidth: { mbps: 0, hours: { from: 22, to: 6, mbps: 500 } } }' }],
    ['an hourly schedule', { transfer: '{ schedule: rate(1 hour) }' }],
    ['a weekly schedule', { transfer: "{ schedule: 'cron(30 22 ? * SUN,WED *)' }" }],
    ['60 million items in Enhanced mode', { size: '{ objects: 60000000, gigabytes: 1 }' }],
  ])('%s', (_name, more) => {
    expect(told(more)).toEqual([]);
  });
});

describe('a transfer that AWS would refuse is told:', () => {
  test.each<[string, Parameters<typeof text>[0]]>([
    [
      '12:17 datasets.assays.transfer.verify point-in-time is not for an Enhanced task',
      { transfer: '{ verify: point-in-time }' },
    ],
    [
      '12:17 datasets.assays.transfer.mode a Basic task takes 50 million items to AWS, folders counted, and size says 60,000,000',
      { source: nfs('[bern]'), transfer: '{ mode: basic }', size: '{ objects: 60000000, gigabytes: 1 }' },
    ],
    [
      '12:31 datasets.assays.transfer.mode a Basic task takes 25 million items within AWS',
      {
        source: '{ kind: s3, location: bucket }',
        transfer: '{ by: datasync, mode: basic }',
        size: '{ objects: 26000000, gigabytes: 1 }',
      },
    ],
    [
      '12:17 datasets.assays.transfer.mode a Basic task reads one NameNode',
      { source: "{ kind: hdfs, location: 'hdfs://a,b/data', agents: [bern], user: h }", transfer: '{ mode: basic }' },
    ],
    [
      '12:17 datasets.assays.transfer.mode basic tasks need an agent of mode basic, and in dev basel is not',
      { transfer: '{ mode: basic }' },
    ],
    [
      '12:5 datasets.assays.transfer needs an agent that reads nfs; name one in sources.lab.agents',
      { source: "{ kind: nfs, location: 'f:/x' }" },
    ],
    [
      '12:5 datasets.assays.transfer needs an agent that reads azure-blob in Basic mode',
      { source: "{ kind: azure-blob, location: 'https://a.blob.core.windows.net/box' }", transfer: '{ mode: basic }' },
    ],
    [
      '8:61 sources.lab.agents.0 "basl" is not an agent of environment dev; basel, bern. Did you mean basel?',
      { source: nfs('[basl]') },
    ],
    [
      '8:52 sources.lab.agents 5 agents of mode enhanced; a location takes 4',
      { environment: '{ a: {}, b: {}, c: {}, d: {}, e: {} }', source: nfs('[a, b, c, d, e]') },
    ],
    [
      '12:17 datasets.assays.transfer.by datasync does not read a source of kind folder',
      { source: '{ kind: folder }', transfer: '{ by: datasync }' },
    ],
    ['12:31 datasets.assays.transfer.devices means nothing for datasync', { transfer: '{ by: datasync, devices: 2 }' }],
    [
      '12:31 datasets.assays.transfer.schedule means nothing for terminal',
      { transfer: '{ by: terminal, schedule: rate(1 day) }' },
    ],
    ['12:17 datasets.assays.transfer.path "../x" is no folder below', { transfer: '{ path: ../x }' }],
    [
      '12:27 datasets.assays.transfer.include.0 "*.csv" must begin with a slash',
      { transfer: "{ include: ['*.csv'] }" },
    ],
    ['12:27 datasets.assays.transfer.include.0 "/a*/b" has * before its end', { transfer: "{ include: ['/a*/b'] }" }],
    ['12:27 datasets.assays.transfer.exclude.0 "/a|/b" holds two patterns', { transfer: "{ exclude: ['/a|/b'] }" }],
    [
      '12:27 datasets.assays.transfer.exclude.0 "tmp" must begin with a slash, at the dataset\'s folder, or with *',
      { transfer: '{ exclude: [tmp] }' },
    ],
    [
      '12:17 datasets.assays.transfer.include has 102,402 characters',
      { transfer: `{ include: [/${'a'.repeat(102_401)}] }` },
    ],
    [
      '12:17 datasets.assays.transfer.include a task has filters or a manifest, not both',
      { transfer: '{ include: [/a], manifest: l.csv }' },
    ],
    [
      '12:17 datasets.assays.transfer.deleted a task with a manifest removes nothing',
      { transfer: '{ deleted: remove, manifest: l.csv }' },
    ],
    [
      '12:17 datasets.assays.transfer.manifest "/l.csv" is no key of the work bucket',
      { transfer: '{ manifest: /l.csv }' },
    ],
    [
      '12:17 datasets.assays.transfer.schedule "rate(30 minutes)" runs more often than once an hour',
      { transfer: '{ schedule: rate(30 minutes) }' },
    ],
    [
      '12:17 datasets.assays.transfer.schedule "cron(*/30 * * * ? *)" runs more often',
      { transfer: "{ schedule: 'cron(*/30 * * * ? *)' }" },
    ],
    [
      '12:17 datasets.assays.transfer.schedule "cron(0 25 * * ? *)" has "25" for the hour',
      { transfer: "{ schedule: 'cron(0 25 * * ? *)' }" },
    ],
    [
      '12:17 datasets.assays.transfer.schedule "cron(0 22 * * *)" has 5 fields; cron takes six',
      { transfer: "{ schedule: 'cron(0 22 * * *)' }" },
    ],
    [
      '12:17 datasets.assays.transfer.schedule "cron(0 22 * * * *)" must have ? for',
      { transfer: "{ schedule: 'cron(0 22 * * * *)' }" },
    ],
    ['12:17 datasets.assays.transfer.schedule "daily" is no schedule', { transfer: '{ schedule: daily }' }],
    [
      '12:41 datasets.assays.transfer.bandwidth.hours from 8 to 8 is no hour at all',
      { transfer: '{ bandwidth: { mbps: 100, hours: { from: 8, to: 8, mbps: 1 } } }' },
    ],
  ])('%s', (complaint, more) => {
    const found = told(more);

    expect(found).toEqual([expect.stringContaining(`decant.yaml:${complaint}`)]);
  });
});

describe('a source that DataSync cannot read is told:', () => {
  test.each<[string, string]>([
    [
      'location "filer/export" is no location of kind nfs; write it like filer.example.com:/export/lab',
      "{ kind: nfs, location: 'filer/export', agents: [basel] }",
    ],
    ['location "" is no location of kind nfs', '{ kind: nfs, agents: [basel] }'],
    [
      'location "/export/größe" has characters that DataSync does not take',
      "{ kind: nfs, location: 'f:/export/größe', agents: [basel] }",
    ],
    ['secret is missing: an SMB share is signed in to', '{ kind: smb, location: //f/s, agents: [basel], user: u }'],
    ['user is missing: give user, or kerberos', '{ kind: smb, location: //f/s, agents: [basel], secret: s }'],
    [
      'user is for NTLM',
      '{ kind: smb, location: //f/s, agents: [basel], secret: s, user: u, kerberos: { principal: p, krb5Conf: x } }',
    ],
    [
      'domain is for NTLM',
      '{ kind: smb, location: //f/s, agents: [basel], secret: s, domain: d, kerberos: { principal: p, krb5Conf: x } }',
    ],
    [
      'user "corp\\\\u" is not a user that SMB takes',
      "{ kind: smb, location: //f/s, agents: [basel], secret: s, user: 'corp\\u' }",
    ],
    [
      'location "10.1.2.3" is an address',
      '{ kind: smb, location: //10.1.2.3/s, agents: [basel], secret: s, kerberos: { principal: p, krb5Conf: x } }',
    ],
    [
      'secret is missing: name the secret with the keytab',
      "{ kind: hdfs, location: 'hdfs://a/', agents: [basel], kerberos: { principal: p, krb5Conf: x } }",
    ],
    [
      'secret is for the keytab of kerberos',
      "{ kind: hdfs, location: 'hdfs://a/', agents: [basel], user: u, secret: s }",
    ],
    ['user is missing: give user, or kerberos', "{ kind: hdfs, location: 'hdfs://a/', agents: [basel] }"],
    ['user "a b" is not a user that HDFS takes', "{ kind: hdfs, location: 'hdfs://a/', agents: [basel], user: a b }"],
    [
      'keyProvider "kms" is no key provider',
      "{ kind: hdfs, location: 'hdfs://a/', agents: [basel], user: u, keyProvider: kms }",
    ],
    ['secret is missing: user is the access key', "{ kind: object-store, location: 'https://h/bucket', user: k }"],
    ['user is missing: user is the access key', "{ kind: object-store, location: 'https://h/bucket', secret: s }"],
    ['subnet is missing', "{ kind: efs, location: 'fs-01234567', securityGroups: [sg-0a] }"],
    ['securityGroups is missing', "{ kind: efs, location: 'fs-01234567', subnet: subnet-0a }"],
    [
      'domain means nothing for a source of kind nfs; it is for smb',
      "{ kind: nfs, location: 'f:/x', agents: [basel], domain: d }",
    ],
    ['kmsKey "alias/lab" is not the ARN of a key', '{ kind: s3, location: bucket, kmsKey: alias/lab }'],
    [
      'kmsKey is the key of the secret, and there is no secret',
      "{ kind: azure-blob, location: 'https://a.blob.core.windows.net/box', kmsKey: 'arn:aws:kms:eu-central-1:111111111111:key/ab' }",
    ],
    ['environments.0 "prd" is not an environment; dev', '{ kind: s3, location: bucket, environments: [prd] }'],
  ])('%s', (complaint, source) => {
    const found = told({ source });

    expect(found.map((f) => f.replace(/^decant\.yaml:8:\d+ sources\.lab\./, ''))).toEqual([
      expect.stringContaining(complaint.slice(0, 60)),
    ]);
  });
});
