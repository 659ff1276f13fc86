import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, jest } from '@jest/globals';
import { Readable } from 'node:stream';
import { csvFields, ReportError, reportRows, type Report } from '../../../../runtime/copy/report.ts';

const columns = ['Bucket', 'Key', 'VersionId', 'TaskStatus', 'ErrorCode', 'HTTPStatusCode', 'ResultMessage'];
const file = { status: 'failed', bucket: 'b', key: 'results/x.csv' } as const;

async function rows(text: string, of: readonly string[] = columns) {
  const s3 = new S3Client({ region: 'us-east-1' });
  const answer = () => Promise.resolve({ Body: Readable.from([text]) });
  jest.spyOn(s3, 'send').mockImplementation(answer as never);
  const report: Report = { columns: of, files: [file] };
  const found = [];
  for await (const row of reportRows(s3, report, file)) found.push(row);
  return found;
}

describe('rows of a completion report', () => {
  it.each([
    ['as its schema says', 'b,k,,failed,AccessDenied,403,Access Denied'],
    ['as AWS’s examples have them', 'b,k,,failed,403,AccessDenied,Access Denied'],
  ])('are read with code and status %s', async (_what, line) => {
    expect(await rows(`${line}\n`)).toEqual([
      { key: 'k', status: 'failed', code: 'AccessDenied', http: '403', message: 'Access Denied' },
    ]);
  });

  it('have URL-encoded keys and messages with quotes, commas and line ends', async () => {
    const text = 'b,a%20b%2Cc/%C3%BC.csv,,failed,403,AccessDenied,"said ""no"",\nand again"\nb,k2,,succeeded,200,,\n';

    expect((await rows(text)).map((r) => [r.key, r.status, r.message])).toEqual([
      ['a b,c/ü.csv', 'failed', 'said "no",\nand again'],
      ['k2', 'succeeded', ''],
    ]);
  });

  it('of another schema are refused with the column that is missing', async () => {
    await expect(rows('b,k\n', ['Bucket', 'Key'])).rejects.toThrow(ReportError);
  });
});

it('fields of a CSV line may be empty, quoted, or hold quotes', () => {
  expect(csvFields('a,,"b,c","d ""e""",')).toEqual(['a', '', 'b,c', 'd "e"', '']);
});
