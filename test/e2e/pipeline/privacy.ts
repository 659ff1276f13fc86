/** Planted personal data, and everywhere that people and programs other than the data's own readers look. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { clientConfig, s3Client, sfnClient } from '../../../runtime/aws.ts';
import { listKeys } from '../../../runtime/listing.ts';
import type { App } from '../app.ts';
import { inQuarantine } from './agree.ts';

/** In every planted value, and in nothing else. */
const MARK = /qzx/i;
/** One a way to break a contract; each holds the mark, numbers and dates as digits that nothing else has. */
const DIGITS = /7654321|2999-12-3/;

const persons = [
  'id,full_name,email,born,blood',
  '1,Anna Qzxgood,anna@qzx.example,1990-01-02,A',
  '2,Bert Qzxmail,no-at-sign-qzx,1990-01-02,B',
  '3,Carl Qzxdate,carl@qzx.example,qzx-2999-12-31,B',
  '4,Dora Qzxblood,dora@qzx.example,1990-01-02,qzx-blood',
  '5,Emil Qzxragged,emil@qzx.example,1990-01-02,A,qzx-one-too-many',
  '6,Fred "Qzxquote" x,fred@qzx.example,1990-01-02,A',
  'no-number,Gina Qzxid,gina@qzx.example,1990-01-02,A',
  '8,,hans@qzx.example,2999-12-32,0',
  '',
].join('\n');

const patients = [
  '{"id": 1, "full_name": "Qzxanna", "pulse": 70}',
  '{"id": 2, "full_name": "Qzxbert", "pulse": "qzx-fast"}',
  '{"id": 3, "full_name": "Qzxcarl", "pulse": 7654321}',
  '{"id": 4, "full_name": "Qzxdora", "pulse": 7654321987654321}',
  '{"id": 5, "full_name": "Qzxemil", "full_name": "Qzxtwice", "pulse": 1}',
  '{"id": 6, "full_name": "Qzxfred", "pulse": qzx-no-json}',
  '"Qzxgina, a text and no object"',
  '',
].join('\n');

const objects: readonly [dataset: string, key: string, body: string | Buffer][] = [
  ['persons', 'mixed.csv', persons],
  ['persons', 'no-header.csv', persons.split('\n').slice(1).join('\n')],
  ['persons', 'no-csv.csv', Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(persons)])],
  ['persons', 'open-quote.csv', `${persons}9,"Ida Qzxopen,ida@qzx.example,1990-01-02,A\n`],
  ['persons', 'many.csv', `id,full_name,email,born,blood\n${'1,Qzxmany,qzx,qzx,qzx\n'.repeat(20)}`],
  ['patients', 'mixed.jsonl', patients],
  ['patients', 'one-line.jsonl', `{"id": 1, "full_name": "Qzxopen`],
  ['visits', 'select.csv', 'id,name\n1,Qzx as a number\n'],
];

async function everyLog(): Promise<string> {
  const logs = new CloudWatchLogsClient(clientConfig());
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const pages = await Promise.all(
    logGroups.map(({ logGroupName }) => logs.send(new FilterLogEventsCommand({ logGroupName, limit: 10_000 }))),
  );
  return pages.flatMap(({ events = [] }) => events.map((e) => e.message ?? '')).join('\n');
}

async function everyExecution(app: App): Promise<string> {
  const { ingestMachineArn } = await app.places();
  const { executions = [] } = await sfnClient().send(
    new ListExecutionsCommand({ stateMachineArn: ingestMachineArn, maxResults: 1000 }),
  );
  const histories = await Promise.all(
    executions.map(({ executionArn }) => sfnClient().send(new GetExecutionHistoryCommand({ executionArn }))),
  );
  return JSON.stringify(histories.map((h) => h.events));
}

async function everyWorkFile(app: App): Promise<string> {
  const { workBucket } = await app.places();
  const texts: string[] = [];
  for await (const page of listKeys(s3Client(), workBucket, '')) {
    for (const { key } of page.filter((k) => /\.(json|jsonl)$/.test(k.key))) {
      const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: workBucket, Key: key }));
      texts.push(key, (await Body?.transformToString()) ?? '');
    }
  }
  return texts.join('\n');
}

/** Files of the embedded AWS that are not its data. */
function emulatorLogs(app: App): string {
  const folder = app.path('.decant', 'local');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

export function privacy(app: () => App): void {
  describe('planted personal data', () => {
    beforeAll(async () => {
      for (const [dataset, name, body] of objects) await app().deliver(`lab/${dataset}/${name}`, body);
      for (const [dataset, count] of [
        ['persons', 5],
        ['patients', 2],
        ['visits', 1],
      ] as const) {
        await app().settled(dataset, (s) => s.objects.transformed + s.objects.quarantined === count);
        await app().idle(dataset);
      }
    });

    test('is in the data and in the quarantine, so that it could be found', async () => {
      const [row] = await app().query(`select full_name from persons where id = 1 and _source_key like '%mixed.csv'`);

      expect(row?.['full_name']).toMatch(MARK);
      expect(await inQuarantine(app(), 'persons')).toBeGreaterThan(4);
      expect(await inQuarantine(app(), 'patients')).toBeGreaterThan(3);
    });

    const places: readonly [where: string, look: () => Promise<string> | string][] = [
      ['log of a function or task', everyLog],
      ['log of the emulator', () => emulatorLogs(app())],
      ['input, output or cause of an execution', () => everyExecution(app())],
      ['result, shard file or list', () => everyWorkFile(app())],
      ['reason', async () => JSON.stringify(await app().query('select * from quarantine_reasons'))],
      ['output of decant status', async () => (await app().must('status')).out],
      ['output of decant runs', async () => (await app().must('runs', '--failed')).out],
      ['output of decant quarantine list', async () => (await app().must('quarantine', 'list')).out],
      [
        'output of decant quarantine show',
        async () => {
          const shown = objects.map(([dataset, name]) => app().decant('quarantine', 'show', `lab/${dataset}/${name}`));
          return (await Promise.all(shown)).map((o) => o.out + o.err).join('\n');
        },
      ],
      [
        'exported reason',
        async () => {
          const to = app().path('exported-privately');
          for (const dataset of ['persons', 'patients', 'visits']) {
            await app().must('quarantine', 'export', dataset, '--to', join(to, dataset));
          }
          const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
          return files.map((f) => readFileSync(join(f.parentPath, f.name), 'utf8')).join('\n');
        },
      ],
    ];

    test.each(places)('is in no %s', async (_where, look) => {
      const text = await look();

      expect(text.length).toBeGreaterThan(0);
      const lines = text.split(/\n|(?<=\}),/).filter((line) => MARK.test(line) || DIGITS.test(line));
      expect(lines).toEqual([]);
    });
  });
}
