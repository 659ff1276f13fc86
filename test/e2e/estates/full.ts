/** An estate that uses every part of the schema that an environment on a laptop may use, and what an update makes of it. */
import { createHash } from 'node:crypto';

/** The agents' ids follow from their activation keys, so that the estate file can name them beforehand. */
export const activationKeys = {
  basel: 'FULL1-AGENT-BASEL-SITES-00001',
  bern: 'FULL1-AGENT-BERNE-SITES-00002',
} as const;
export const agentArn = (key: string): string =>
  `arn:aws:datasync:us-east-1:000000000000:agent/agent-${createHash('sha256').update(key).digest('hex').slice(0, 17)}`;

/** The bucket of ours that a copy reads: its owner made it before Decant came. */
export const SISTER_BUCKET = 'full-sister';

const agents = {
  basel: { arn: agentArn(activationKeys.basel) },
  bern: { mode: 'basic', arn: agentArn(activationKeys.bern) },
  chur: {}, // Its machine does not run yet.
};

const connectivity = {
  kind: 'dx+vpn',
  cidr: '10.64.16.0/26',
  sitePrefixes: ['10.1.0.0/16', '10.2.0.0/16'],
  dx: {
    resiliency: 'high',
    connections: {
      zurich: { location: 'EqZH4', bandwidth: '10Gbps', macsec: true, macsecSecret: 'full/macsec-zurich' },
      'frankfurt-1': { location: 'EqFR5', bandwidth: '100Gbps', lag: 'frankfurt' },
      'frankfurt-2': { location: 'EqFR5', bandwidth: '100Gbps', lag: 'frankfurt' },
    },
    lags: { frankfurt: { location: 'EqFR5', bandwidth: '100Gbps' } },
    interfaces: {
      north: { kind: 'private', on: 'zurich', vlan: 101, mtu: 9001, asn: 65010 },
      south: { kind: 'private', on: 'frankfurt', vlan: 101, asn: 65010 },
    },
    hostedInterfaces: { partner: { kind: 'private', id: 'dxvif-fh1234ab', connection: 'dxcon-fh1234ab' } },
  },
  vpn: { basel: { customerAddress: '203.0.113.10', asn: 65010 } },
};

const people = {
  platform: ['arn:aws:iam::000000000000:user/anna'],
  operator: ['arn:aws:iam::333333333333:role/operators'],
  scientist: { members: ['arn:aws:iam::333333333333:role/scientists'], reads: ['personal'] },
  auditor: ['arn:aws:iam::000000000000:saml-provider/full'],
  application: ['arn:aws:iam::444444444444:role/lims'],
};

const sources = {
  lab: { kind: 'nfs', location: 'filer.example.com:/export/lab', agents: ['basel'] },
  old: { kind: 'nfs', location: 'old.example.com:/export', agents: ['bern'] },
  attic: { kind: 'nfs', location: 'attic:/export', agents: ['basel', 'chur'] },
  share: { kind: 'smb', location: '//filer/share', agents: ['basel'], user: 'svc', domain: 'corp', secret: 'full/smb' },
  hadoop: { kind: 'hdfs', location: 'hdfs://a:8020,b:9000/data', agents: ['basel'], user: 'hdfs' },
  minio: { kind: 'object-store', location: 'https://minio.example.com/bucket/in', user: 'key', secret: 'full/minio' },
  azure: { kind: 'azure-blob', location: 'https://full.blob.core.windows.net/lab/in', secret: 'full/sas' },
  files: { kind: 'efs', location: 'fs-01234567:/data', subnet: 'subnet-0a', securityGroups: ['sg-0a'] },
  partner: {
    kind: 's3',
    location: 's3://partner-delivery/export',
    account: '555555555555',
    region: 'us-east-1',
    grant: { until: '2099-03-31T00:00:00Z' },
  },
  sister: { kind: 's3', location: `s3://${SISTER_BUCKET}`, grant: { until: '2099-03-31T00:00:00Z', ours: true } },
  desk: { kind: 'folder' },
};

const contract = { format: 'csv', columns: [{ name: 'sample' }] };

const datasets = {
  assays: {
    source: 'lab',
    transfer: {
      schedule: 'rate(6 hours)',
      exclude: ['*.tmp'],
      bandwidth: { mbps: 800, hours: { from: 8, to: 18, mbps: 80 } },
    },
    contract: { ...contract, tables: { assays: { keys: ['sample'], mode: 'merge' } } },
  },
  spectra: { source: 'old', transfer: { mode: 'basic', verify: 'point-in-time' }, contract },
  waiting: { source: 'attic', transfer: {}, contract },
  formulas: { source: 'hadoop', transfer: {}, contract: { ...contract, sensitivity: 'confidential' } },
  shares: { source: 'share', transfer: {}, contract },
  objects: { source: 'minio', transfer: {}, contract },
  blobs: { source: 'azure', transfer: {}, contract },
  efs: { source: 'files', transfer: {}, contract },
  archive: {
    source: 'lab',
    transfer: { by: 'snowball' },
    size: { objects: 90_000, gigabytes: 300_000 },
    contract,
  },
  reads: { source: 'partner', transfer: { path: '/run-7' }, contract },
  chromatograms: { source: 'sister', contract },
  moved: { source: 'sister', transfer: { by: 'datasync' }, contract },
  patients: {
    source: 'desk',
    contract: {
      ...contract,
      sensitivity: 'personal',
      columns: [
        { name: 'patient', nullable: false },
        { name: 'site', sensitivity: 'internal' },
      ],
      objects: '**',
      partition: 'none',
    },
  },
};

const environment = {
  kind: 'local',
  deleteData: true,
  gatherSec: 1,
  task: { vcpu: 2, memoryGiB: 2, scratchGiB: 21 },
  alarmEmails: ['operators@example.com'],
  tags: { 'cost-center': '4711' },
  crawl: 'cron(0 3 * * ? *)',
  trail: { dataEvents: true },
  lakeFormation: true,
  budget: { monthlyUsd: 20_000 },
  chat: { slackWorkspaceId: 'T01234567', slackChannelId: 'C01234567' },
  agents,
  snowball: {
    existingSnowballCustomer: true,
    support: { verifiedOn: '2026-11-02' },
    addressSecret: 'full/snowball-address',
    approvers: ['logistics@example.com'],
  },
  people,
  connectivity,
  prediction: {
    access: 'private',
    applications: { lims: { scopes: ['models.read', 'predictions.write'] } },
    provisionedConcurrency: 1,
    jobs: { inputs: ['s3://full-molecules/in/'], outputs: ['s3://full-molecules/out/'] },
  },
};

/** JSON is YAML. */
export const fullEstate = (): string =>
  JSON.stringify({ estate: 'e2e', environments: { local: environment }, sources, datasets });

/** A dataset more, another schedule, one more person who is told of alarms. */
export const updatedEstate = (): string =>
  JSON.stringify({
    estate: 'e2e',
    environments: {
      local: { ...environment, alarmEmails: [...environment.alarmEmails, 'quality@example.com'] },
    },
    sources,
    datasets: {
      ...datasets,
      assays: { ...datasets.assays, transfer: { ...datasets.assays.transfer, schedule: 'rate(8 hours)' } },
      added: { source: 'lab', transfer: { schedule: 'rate(12 hours)' }, contract },
    },
  });
