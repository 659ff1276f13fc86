/** How many events the arrivals function takes in one CPU-second, with AWS stubbed at the wire: serialisation is real. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { arrive, type Message } from '../lambda/arrivals/arrive.ts';
import { Contract } from '../protocol/contract.ts';
import { compileContracts } from '../runtime/contracts.ts';
import { Ledger } from '../runtime/ledger.ts';
import { Packer } from '../runtime/packer.ts';
import type { Workplace } from '../runtime/workplace.ts';
import { median, type BenchTable } from './table.ts';

const BATCH = 1000;
const BATCHES = 10;
const ROUNDS = 5;
const BAR = 700;
const BUCKET = 'bench-raw';

interface Request {
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Answers as AWS would when all goes well, and counts. */
class CannedAws {
  requests = 0;
  readonly metadata = { handlerProtocol: 'http/1.1' };
  handle({ headers, body }: Request): Promise<{ response: object }> {
    this.requests += 1;
    const answer = answerTo(headers['x-amz-target'] ?? '', body);
    const json = answer === '' ? 'application/xml' : 'application/x-amz-json-1.0';
    const response = {
      statusCode: 200,
      headers: { 'content-type': json, etag: '"e"' },
      body: Readable.from([Buffer.from(answer)]),
    };
    return Promise.resolve({ response });
  }
}

/** Empty for S3, which has no target. */
function answerTo(target: string, body: unknown): string {
  if (target.endsWith('StartExecution'))
    return JSON.stringify({ executionArn: 'arn:aws:states:::execution:m:n', startDate: 1.7e9 });
  if (!target.endsWith('BatchExecuteStatement')) return '';
  const sent = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
  const statements = sent.split('"Statement":').length - 1;
  return JSON.stringify({ Responses: Array.from({ length: statements }, () => ({ TableName: 'ledger' })) });
}

function messages(batch: number): Message[] {
  return Array.from({ length: BATCH }, (_, i) => ({
    messageId: randomBytes(16).toString('hex'),
    body: JSON.stringify({
      version: '0',
      id: randomBytes(16).toString('hex'),
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '111111111111',
      time: '2026-11-20T10:00:00Z',
      region: 'us-east-1',
      resources: [`arn:aws:s3:::${BUCKET}`],
      detail: {
        version: '0',
        bucket: { name: BUCKET },
        object: {
          key: `lab/assays-${i % 3}/2026/11/20/plate ${batch}-${i}.csv`,
          size: 10_000 + i,
          etag: 'd41d8cd98f00b204e9800998ecf8427e',
          'version-id': randomBytes(16).toString('hex'),
          sequencer: `00${(batch * BATCH + i).toString(16).toUpperCase()}`,
        },
        'request-id': 'C3D13FE58DE4C810',
        requester: '111111111111',
        reason: 'PutObject',
      },
    }),
  }));
}

function workplace(aws: CannedAws): Workplace {
  const client = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: aws,
  };
  const contract = Contract.parse({
    objects: '**/*.csv',
    format: 'csv',
    columns: [{ name: 'id' }, { name: 'value', type: 'double' }],
  });
  const datasets = Object.fromEntries([0, 1, 2].map((i) => [`assays-${i}`, { source: 'lab', contract }]));
  return {
    ledger: new Ledger('ledger', new DynamoDBClient(client)),
    s3: new S3Client(client),
    sfn: new SFNClient(client),
    rawBucket: BUCKET,
    workBucket: 'bench-work',
    ingestMachine: 'arn:aws:states:us-east-1:111111111111:stateMachine:ingest',
    compiled: compileContracts({ estate: 'bench', environments: {}, sources: { lab: { kind: 'folder' } }, datasets }),
    limits: { maxObjects: 1000, maxBytes: 2 * 2 ** 30 },
  };
}

export async function run(): Promise<BenchTable> {
  const rates: number[] = [];
  let requests = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const aws = new CannedAws();
    const work = workplace(aws);
    const place = { ...work, packer: new Packer(work) };
    const batches = Array.from({ length: BATCHES }, (_, b) => messages(b));
    const before = process.cpuUsage();
    for (const batch of batches) {
      const { failed } = await arrive(batch, place);
      if (failed.size > 0) throw new Error(`${failed.size} events failed: ${[...failed.values()][0]?.message}`);
    }
    const { user, system } = process.cpuUsage(before);
    // The first round compiles; a warm function has done so.
    if (round > 0) rates.push((BATCH * BATCHES) / ((user + system) / 1e6));
    requests = aws.requests;
  }
  const rate = median(rates);
  return {
    name: 'arrivals',
    rows: [
      { label: 'events', value: rate, unit: 'per CPU-second', ratio: rate / BAR, bar: `≥ ${BAR}`, ok: rate >= BAR },
      { label: 'SDK requests', value: requests / (BATCH * BATCHES), unit: 'per event' },
    ],
    notes: [
      `${BATCHES} batches of ${BATCH} new events of three datasets, recorded, packed, bound and started; median of ${ROUNDS} rounds`,
      'AWS answers from memory at the HTTP handler: signing and serialisation are paid, sockets and TLS are not',
    ],
  };
}
