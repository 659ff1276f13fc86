/** An estate of sixty datasets over every way that data may travel, whose data outlives its stacks. */
import { activationKeys, agentArn } from './full.ts';

const sources = {
  lab: { kind: 'nfs', location: 'filer.example.com:/export/lab', agents: ['site'] },
  share: { kind: 'smb', location: '//filer/share', agents: ['site'], user: 'svc', secret: 'sixty/smb' },
  minio: { kind: 'object-store', location: 'https://minio.example.com/bucket/in', user: 'key', secret: 'sixty/minio' },
  partner: { kind: 's3', location: 's3://partner-delivery/export', grant: { until: '2099-03-31T00:00:00Z' } },
  desk: { kind: 'folder' },
};
const ways = [
  { source: 'lab', transfer: { schedule: 'rate(6 hours)' } },
  { source: 'share', transfer: {} },
  { source: 'minio', transfer: { bandwidth: { mbps: 800, hours: { from: 8, to: 18, mbps: 80 } } } },
  { source: 'partner' },
  { source: 'lab', transfer: { by: 'snowball' }, size: { objects: 90_000, gigabytes: 90_000 } },
  { source: 'desk' },
];
const classes = ['internal', 'internal', 'confidential', 'personal', 'public'];
const DATASETS = 60;

export const sixtyEstate = (): string =>
  JSON.stringify({
    estate: 'e2e',
    environments: {
      local: {
        kind: 'local',
        gatherSec: 1,
        agents: { site: { arn: agentArn(activationKeys.basel) } },
        snowball: { existingSnowballCustomer: true, addressSecret: 'sixty/snowball-address' },
        trail: { dataEvents: true },
        lakeFormation: true,
        people: {
          operator: ['arn:aws:iam::333333333333:role/operators'],
          scientist: { members: ['arn:aws:iam::333333333333:role/scientists'] },
        },
      },
    },
    sources,
    datasets: Object.fromEntries(
      Array.from({ length: DATASETS }, (_, i) => [
        `set-${i}`,
        {
          ...ways[i % ways.length],
          contract: { format: 'csv', columns: [{ name: 'sample' }], sensitivity: classes[i % classes.length] },
        },
      ]),
    ),
  });
