import { DescribeLocationNfsCommand, DescribeTaskCommand, ListTagsForResourceCommand } from '@aws-sdk/client-datasync';
import { describe, expect, test } from '@jest/globals';
import { readReport } from '../../../local/emulator.ts';
import { agent, aws, datasync, ended, endpoint, ROLE, share, start } from './datasync.ts';

async function resources(host: string, bucket: string, more: object = {}) {
  const AgentArns = [await agent()];
  return {
    Source: {
      Type: 'AWS::DataSync::LocationNFS',
      Properties: { ServerHostname: host, Subdirectory: '/export', OnPremConfig: { AgentArns } },
    },
    Destination: {
      Type: 'AWS::DataSync::LocationS3',
      Properties: {
        S3BucketArn: `arn:aws:s3:::${bucket}`,
        S3Config: { BucketAccessRoleArn: ROLE },
        Subdirectory: '/raw',
      },
    },
    Task: {
      Type: 'AWS::DataSync::Task',
      Properties: {
        Name: 'assays',
        TaskMode: 'ENHANCED',
        SourceLocationArn: { Ref: 'Source' },
        DestinationLocationArn: { 'Fn::GetAtt': ['Destination', 'LocationArn'] },
        Tags: [{ Key: 'dataset', Value: 'assays' }],
        ...more,
      },
    },
  };
}
const outputs = { Task: { 'Fn::GetAtt': ['Task', 'TaskArn'] }, Source: { Ref: 'Source' } };

describe('a template with a transfer', () => {
  test('makes a task that moves files', async () => {
    const [from, bucket] = [await share({ 'a.csv': 'one' }), await aws.bucket()];

    const stack = await aws.stack(await resources(from.host, bucket), outputs);

    expect(stack).toMatchObject({ status: 'CREATE_COMPLETE' });
    const done = await ended(await start(stack.outputs['Task'] ?? ''));
    expect(done).toMatchObject({ Status: 'SUCCESS', FilesTransferred: 1 });
    const { Tags } = await datasync.send(new ListTagsForResourceCommand({ ResourceArn: stack.outputs['Task'] }));
    expect(Tags).toContainEqual({ Key: 'dataset', Value: 'assays' });
  });

  test('is no list of stubs', async () => {
    await aws.stack(await resources('filer.example.com', await aws.bucket()));

    const { stubs } = await readReport(endpoint);

    expect(Object.keys(stubs).filter((type) => type.startsWith('AWS::DataSync::'))).toEqual([]);
  });

  test('is refused when the service would refuse it', async () => {
    const Options = { VerifyMode: 'POINT_IN_TIME_CONSISTENT' };

    const stack = await aws.stack(await resources('filer.example.com', await aws.bucket(), { Options }));

    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toContain('Enhanced mode tasks do not support VerifyMode POINT_IN_TIME_CONSISTENT');
  });

  test('changes a task and a location in place, and goes with its stack', async () => {
    const [one, two] = [await share(), await share()];
    const before = await resources(one.host, await aws.bucket());
    const stack = await aws.stack(before, outputs);
    const after = structuredClone(before);
    after.Source.Properties.ServerHostname = two.host;
    Object.assign(after.Task.Properties, { Options: { BytesPerSecond: 1_000_000 } });

    const updated = await aws.update(stack.name, after, outputs);

    expect(updated).toMatchObject({ status: 'UPDATE_COMPLETE', outputs: stack.outputs });
    const task = new DescribeTaskCommand({ TaskArn: stack.outputs['Task'] });
    expect((await datasync.send(task)).Options).toMatchObject({ BytesPerSecond: 1_000_000 });
    const source = await datasync.send(new DescribeLocationNfsCommand({ LocationArn: stack.outputs['Source'] }));
    expect(source.LocationUri).toBe(`nfs://${two.host}/export/`);
    await aws.destroy(stack.name);
    await expect(datasync.send(task)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });
});
