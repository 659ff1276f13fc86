import { describe, expect, jest, test } from '@jest/globals';
import type { GetObjectCommand } from '@aws-sdk/client-s3';
import { S3Client } from '@aws-sdk/client-s3';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fetchMember } from '../../../../../containers/transformer/task/fetch.ts';

const text = 'a,b\n1,2\n3,4\n5,6\n';
const member = { key: 'k', version: 'v', size: text.length, at: '2026-11-20T10:00:00.000Z' };

/** Fetches the object from an S3 whose bodies end, without an error, after so many bytes each. */
async function fetched(ends: readonly number[]) {
  const s3 = new S3Client({ region: 'us-east-1' });
  const ranges: (string | undefined)[] = [];
  jest.spyOn(s3, 'send').mockImplementation(((command: GetObjectCommand) => {
    const from = Number(/bytes=(\d+)-/.exec(command.input.Range ?? '')?.[1] ?? 0);
    const bytes = ends[ranges.length] ?? 0;
    ranges.push(command.input.Range);
    return Promise.resolve({ Body: Readable.from(bytes ? [Buffer.from(text.slice(from, from + bytes))] : []) });
  }) as never);
  const folder = mkdtempSync(join(tmpdir(), 'fetch-'));
  try {
    await fetchMember(s3, 'b', member, join(folder, 'x'), new AbortController().signal);
    return { ranges, text: readFileSync(join(folder, 'x'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a stream from S3', () => {
  test('that ends early at the end of a record is taken up where it stopped', async () => {
    expect(await fetched([8, 4, 99])).toEqual({ ranges: [undefined, 'bytes=8-15', 'bytes=12-15'], text });
  });

  test('that brings nothing more is an error, never a shorter object', async () => {
    await expect(fetched([8])).rejects.toMatchObject({
      name: 'IncompleteObjectError',
      message: 'k: the stream ends at byte 8 of 16',
    });
  });
});
