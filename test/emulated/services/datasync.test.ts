import { describe, expect, test } from '@jest/globals';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { aws, way } from './datasync.ts';

const put = (Bucket: string, Key: string, Body: string) => aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('an Enhanced mode execution', () => {
  test('brings every file and folder to the bucket, with the time and permissions that it had', async () => {
    const w = await way({ 'a.csv': 'one', 'sub/b c.csv': 'two', 'sub/deep/empty': '' });

    const done = await w.run();

    expect(done).toMatchObject({ Status: 'SUCCESS', FilesTransferred: 3, FoldersTransferred: 2, BytesWritten: 6 });
    expect(await w.keys()).toEqual(['a.csv', 'sub/', 'sub/b c.csv', 'sub/deep/', 'sub/deep/empty']);
    expect(await w.text('raw/sub/b c.csv')).toBe('two');
    const { mtimeNs } = await stat(join(w.share.folder, 'a.csv'), { bigint: true });
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: w.bucket, Key: 'raw/a.csv' }));
    expect(head.Metadata).toMatchObject({ 'file-mtime': `${mtimeNs}ns`, 'file-permissions': '0644' });
  });

  test('counts as its mode does', async () => {
    const w = await way({ 'a.csv': 'one', 'sub/b.csv': 'two' });

    const done = await w.run();

    expect(done).toMatchObject({
      TaskMode: 'ENHANCED',
      EstimatedFilesToTransfer: 2,
      EstimatedFoldersToTransfer: 1,
      FilesPrepared: 2,
      FilesListed: { AtSource: 2 },
      FilesFailed: { Prepare: 0, Transfer: 0, Verify: 0, Delete: 0 },
      FoldersListed: { AtSource: 1 },
      Result: { PrepareStatus: 'SUCCESS', TransferStatus: 'SUCCESS', VerifyStatus: 'SUCCESS' },
      ReportResult: { Status: 'SUCCESS' },
    });
  });

  test('reports in its layout, with the SHA-256 of both sides', async () => {
    const w = await way({ 'sub/a.csv': 'one' });

    const { TaskExecutionArn } = await w.run();

    const [folder, file] = await w.rows(TaskExecutionArn, 'Transferred');
    expect(folder).toMatchObject({ RelativePath: 'sub', SourceMetadata: { Type: 'Directory' } });
    expect(file).toMatchObject({
      RelativePath: 'sub/a.csv',
      SourceMetadata: { ContentSize: 3 },
      Overwrite: 'False',
      TransferType: 'CONTENT_AND_METADATA',
      TransferStatus: 'SUCCESS',
    });
    const verified = (await w.rows(TaskExecutionArn, 'Verified')).find((r) => r['RelativePath'] === 'sub/a.csv');
    expect(verified).toMatchObject({
      SourceChecksum: sha256('one'),
      DestinationChecksum: sha256('one'),
      VerifyStatus: 'SUCCESS',
    });
  });

  test('skips what the destination has, and takes what was changed', async () => {
    const w = await way({ 'a.csv': 'one', 'b.csv': 'two' });
    await w.run();
    await w.share.write({ 'b.csv': 'TWO' });

    const again = await w.run();

    expect(again).toMatchObject({ FilesTransferred: 1, FilesSkipped: 1 });
    expect(await w.text('raw/b.csv')).toBe('TWO');
    const [row] = await w.rows(again.TaskExecutionArn, 'Transferred');
    expect(row).toMatchObject({ RelativePath: 'b.csv', Overwrite: 'True' });
  });

  test('takes everything again in TransferMode ALL', async () => {
    const w = await way({ 'a.csv': 'one' });
    await w.run();

    const again = await w.run({ OverrideOptions: { TransferMode: 'ALL' } });

    expect(again).toMatchObject({ FilesTransferred: 1, FilesSkipped: 0 });
  });

  test('overwrites nothing with OverwriteMode NEVER', async () => {
    const w = await way({ 'a.csv': 'one' }, { Options: { OverwriteMode: 'NEVER' } });
    await w.run();
    await w.share.write({ 'a.csv': 'changed' });

    const again = await w.run();

    expect(again).toMatchObject({ FilesTransferred: 0, FilesSkipped: 1 });
    expect(await w.text('raw/a.csv')).toBe('one');
  });

  test.each([
    ['PRESERVE', ['a.csv', 'b.csv'], 0],
    ['REMOVE', ['a.csv'], 1],
  ] as const)('with PreserveDeletedFiles %s', async (PreserveDeletedFiles, left, deleted) => {
    const w = await way({ 'a.csv': 'one', 'b.csv': 'two' }, { Options: { PreserveDeletedFiles } });
    await w.run();
    await rm(join(w.share.folder, 'b.csv'));

    const again = await w.run();

    expect(again.FilesDeleted).toBe(deleted);
    expect(await w.keys()).toEqual(left);
    expect(await w.rows(again.TaskExecutionArn, 'Deleted')).toHaveLength(deleted);
  });
});

describe('a Basic mode execution', () => {
  test('counts folders as files and has no counters of Enhanced mode', async () => {
    const w = await way({ 'a.csv': 'one', 'sub/b.csv': 'two' }, { TaskMode: 'BASIC' });

    const done = await w.run();

    expect(done).toMatchObject({
      TaskMode: 'BASIC',
      EstimatedFilesToTransfer: 3,
      FilesTransferred: 3,
      FilesVerified: 3,
    });
    expect(done).not.toHaveProperty('FilesPrepared');
    expect(done).not.toHaveProperty('FoldersTransferred');
  });

  test('reports in its layout', async () => {
    const w = await way({ 'a.csv': 'one' }, { TaskMode: 'BASIC' });

    const { TaskExecutionArn } = await w.run();

    expect(await w.rows(TaskExecutionArn, 'Transferred')).toMatchObject([
      {
        RelativePath: '/a.csv',
        SrcMetadata: { Type: 'Regular', ContentSize: 3, Mode: '0644' },
        TransferStatus: 'SUCCESS',
      },
    ]);
    expect(await w.rows(TaskExecutionArn, 'Verified')).toMatchObject([
      { RelativePath: '/a.csv', SrcChecksum: sha256('one'), DstChecksum: sha256('one') },
    ]);
  });

  test('verifies at a point in time also what it did not transfer', async () => {
    const w = await way({ 'a.csv': 'one' }, { TaskMode: 'BASIC' });
    await w.run();

    const again = await w.run();

    expect(again).toMatchObject({ FilesTransferred: 0, FilesVerified: 1 });
  });
});

describe('which files', () => {
  const files = { 'a.csv': '1', 'keep/b.csv': '2', 'keep/c.tmp': '3', 'other/d.csv': '4' };
  const rule = (Value: string) => [{ FilterType: 'SIMPLE_PATTERN' as const, Value }];

  test('filters take in and leave out, a folder with all that lies below it', async () => {
    const w = await way(files, { Includes: rule('/keep|/a.csv'), Excludes: rule('*.tmp') });

    await w.run();

    expect(await w.keys()).toEqual(['a.csv', 'keep/', 'keep/b.csv']);
  });

  test('filters of a start take the place of the task’s', async () => {
    const w = await way(files, { Includes: rule('/keep') });

    await w.run({ Includes: rule('/other/*') });

    expect(await w.keys()).toEqual(['other/d.csv']);
  });

  test('a manifest names them, and what it names in vain fails', async () => {
    const w = await way({ ...files, 'a, b.csv': '5' });
    await put(w.bucket, 'list.csv', 'keep/b.csv\n"a, b.csv"\ngone.csv\n');
    const source = { S3BucketArn: `arn:aws:s3:::${w.bucket}`, BucketAccessRoleArn: 'arn:aws:iam::000000000000:role/r' };

    const done = await w.run({
      ManifestConfig: {
        Action: 'TRANSFER',
        Format: 'CSV',
        Source: { S3: { ...source, ManifestObjectPath: 'list.csv' } },
      },
    });

    expect(await w.keys()).toEqual(['a, b.csv', 'keep/b.csv']);
    expect(done).toMatchObject({
      Status: 'ERROR',
      FilesTransferred: 2,
      FilesFailed: { Prepare: 1 },
      FilesListed: { AtSource: 3 },
    });
  });
});
