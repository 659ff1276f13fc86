import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { ExecutionAlreadyExists, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import type { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { startEmbedding, type StartPlace } from '../../../../runtime/embeddings/start.ts';

/** One object with conditional writes, and executions by name, as AWS has them. */
class Fake {
  body: string | undefined;
  version = 0;
  readonly executions = new Map<string, string>();
  starts = 0;
  /** Called once before the next write: another process. */
  before: (() => void) | undefined;

  readonly s3 = {
    send: (command: unknown) => {
      if (command instanceof GetObjectCommand) {
        if (this.body === undefined) throw refused(404);
        const text = this.body;
        return { Body: { transformToString: () => Promise.resolve(text) }, ETag: String(this.version) };
      }
      const { Body, IfMatch, IfNoneMatch } = (command as PutObjectCommand).input;
      this.before?.();
      this.before = undefined;
      if (IfNoneMatch && this.body !== undefined) throw refused(412);
      if (IfMatch && IfMatch !== String(this.version)) throw refused(412);
      this.put(Body as string);
      return {};
    },
  } as unknown as S3Client;

  readonly sfn = {
    send: (command: { input: { name?: string; executionArn?: string } }) => {
      const { name, executionArn } = command.input;
      if (executionArn !== undefined) {
        const status = this.executions.get(executionArn.split(':').at(-1) ?? '');
        if (!status) throw new ExecutionDoesNotExist({ message: '', $metadata: {} });
        return { status };
      }
      if (this.executions.has(name ?? '')) throw new ExecutionAlreadyExists({ message: '', $metadata: {} });
      this.starts++;
      this.executions.set(name ?? '', 'RUNNING');
      return {};
    },
  } as unknown as SFNClient;

  put(body: string): void {
    this.body = body;
    this.version++;
  }
  end(status: string): void {
    for (const name of this.executions.keys()) this.executions.set(name, status);
  }
}

const refused = (httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name: 'Refused', $fault: 'client', $metadata: { httpStatusCode } });
const at = (second: number): Date => new Date(Date.UTC(2026, 10, 21, 8, 0, second));
const claim = (second: number, whole = false): string =>
  JSON.stringify({ execution: `compounds-${second}`, whole, at: at(second).toISOString() });

let fake: Fake;
let place: StartPlace;
const ask = (second: number, more: { whole?: boolean; now?: number } = {}) =>
  startEmbedding(place, { dataset: 'compounds', whole: more.whole ?? false, at: at(second) }, () => at(more.now ?? 30));

beforeEach(() => {
  fake = new Fake();
  place = { s3: fake.s3, sfn: fake.sfn, workBucket: 'work', embedMachine: 'arn:aws:states:r:a:stateMachine:embed' };
});

describe('a dataset', () => {
  it('that was never embedded gets an execution, named after it and the moment', async () => {
    const { state, execution } = await ask(10);

    expect([state, execution]).toEqual(['started', 'compounds-20261121T080030000Z']);
    expect([...fake.executions]).toEqual([[execution, 'RUNNING']]);
  });

  it('that is being embedded waits, and starts no second execution', async () => {
    await ask(10);

    expect(await ask(20)).toMatchObject({ state: 'waits' });
    expect(fake.starts).toBe(1);
  });

  it.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])(
    'whose last execution %s before the update gets a new one',
    async (status) => {
      await ask(10);
      fake.end(status);

      expect(await ask(40, { now: 50 })).toMatchObject({
        state: 'started',
        execution: 'compounds-20261121T080050000Z',
      });
    },
  );

  it('whose update an execution has seen to its end gets no other', async () => {
    await ask(10);
    fake.end('SUCCEEDED');

    expect(await ask(20)).toMatchObject({ state: 'covered' });
    expect(fake.starts).toBe(1);
  });

  it('is embedded again when the execution that saw the update failed', async () => {
    await ask(10);
    fake.end('FAILED');

    expect(await ask(20, { now: 40 })).toMatchObject({ state: 'started' });
  });

  it('is looked at as a whole though an execution has seen what was new', async () => {
    await ask(10);
    fake.end('SUCCEEDED');

    expect(await ask(20, { whole: true, now: 40 })).toMatchObject({ state: 'started' });
  });

  it('that was claimed and not started, is started under the name of the claim, and the request waits', async () => {
    fake.put(claim(5));

    expect(await ask(10)).toEqual({ state: 'waits', execution: 'compounds-5' });
    expect([...fake.executions]).toEqual([['compounds-5', 'RUNNING']]);
  });

  it('that another process claims at the same moment waits for that one', async () => {
    fake.before = () => fake.put(claim(29));

    expect(await ask(10)).toEqual({ state: 'waits', execution: 'compounds-29' });
    expect(fake.starts).toBe(1);
  });
});
