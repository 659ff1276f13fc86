import {
  CreateAgentCommand,
  CreateLocationNfsCommand,
  CreateTaskCommand,
  DescribeTaskCommand,
  ListAgentsCommand,
  ListLocationsCommand,
  UpdateTaskCommand,
} from '@aws-sdk/client-datasync';
import { describe, expect, test } from '@jest/globals';
import { injectFault, listFaults } from '../../../local/faults.ts';
import { readReport } from '../../../local/emulator.ts';
import { activationKey, agent, aws, datasync, endpoint, way } from './datasync.ts';

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: Error) => `${error.name}: ${error.message}`,
  );
/** As it is on the wire: the SDK leaves out what its own model does not know. */
async function post(operation: string, input: object) {
  const headers = { 'x-amz-target': `FmrsService.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const nfs = (more: object) =>
  new CreateLocationNfsCommand({
    ServerHostname: 'filer.example.com',
    Subdirectory: '/export',
    OnPremConfig: { AgentArns: [] },
    ...more,
  });

describe('a request to an embedded service is refused with the error that the model declares', () => {
  test.each([
    ['a required member is missing', { ServerHostname: undefined }, "Value null at 'serverHostname'"],
    ['a value does not match its pattern', { Subdirectory: '/a#b' }, "Value '/a#b' at 'subdirectory'"],
    ['a value is too long', { ServerHostname: 'h'.repeat(256) }, 'length less than or equal to 255'],
    ['a list is too short', {}, "at 'onPremConfig.agentArns'"],
    ['a value is none of its enum', { MountOptions: { Version: 'NFS9' } }, 'satisfy enum value set: [AUTOMATIC, NFS3'],
    ['a value has another type', { Subdirectory: 5 }, "at 'subdirectory' is a int"],
  ])('when %s', async (_, more, message) => {
    const said = await refused(datasync.send(nfs(more)));

    expect(said).toContain(`InvalidRequestException: `);
    expect(said).toContain(message);
  });

  test('when a number is out of its range', async () => {
    const w = await way({});
    const Options = { BytesPerSecond: -2 };

    const said = await refused(datasync.send(new UpdateTaskCommand({ TaskArn: w.task, Options })));

    expect(said).toMatch(/InvalidRequestException: .*at 'options.bytesPerSecond'.*greater than or equal to -1/);
  });

  test('when it has an unknown member, and says that AWS would ignore that', async () => {
    const answer = await post('CreateAgent', { ActivationKey: activationKey(), Colour: 'red' });

    expect(answer).toMatchObject({ status: 400, body: { __type: 'InvalidRequestException' } });
    expect(answer.body['message']).toMatch(/Unknown member 'Colour' .*AWS ignores it/);
  });

  test('and every fault of it is told at once', async () => {
    const said = await refused(datasync.send(nfs({ ServerHostname: undefined, Subdirectory: '#' })));

    expect(said).toContain('3 validation errors detected');
  });

  test('when the operation is not embedded', async () => {
    const answer = await post('CreateLocationFsxLustre', {});

    expect(answer).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
  });
});

describe('DataSync refuses what the model allows and the service does not:', () => {
  test.each([
    [
      'a point-in-time verification in Enhanced mode',
      { TaskMode: 'ENHANCED', Options: { VerifyMode: 'POINT_IN_TIME_CONSISTENT' } },
      'POINT_IN_TIME_CONSISTENT',
    ],
    [
      'deletion when everything is transferred',
      { Options: { PreserveDeletedFiles: 'REMOVE', TransferMode: 'ALL' } },
      'TransferMode ALL',
    ],
    ['times that contradict each other', { Options: { Mtime: 'PRESERVE', Atime: 'NONE' } }, 'Atime'],
  ] as const)('%s', async (_, options, message) => {
    const w = await way({});
    const task = await datasync.send(new DescribeTaskCommand({ TaskArn: w.task }));
    const { SourceLocationArn, DestinationLocationArn } = task;

    const said = await refused(
      datasync.send(new CreateTaskCommand({ SourceLocationArn, DestinationLocationArn, ...options })),
    );

    expect(said).toContain('InvalidRequestException: ');
    expect(said).toContain(message);
  });

  test('an activation key that was used', async () => {
    const ActivationKey = activationKey();
    await datasync.send(new CreateAgentCommand({ ActivationKey }));

    const said = await refused(datasync.send(new CreateAgentCommand({ ActivationKey })));

    expect(said).toContain('InvalidRequestException: The activation key has been used');
  });
});

describe('lists', () => {
  test('come in pages', async () => {
    await Promise.all([agent(), agent(), agent()]);

    const first = await datasync.send(new ListAgentsCommand({ MaxResults: 2 }));
    const second = await datasync.send(new ListAgentsCommand({ MaxResults: 2, NextToken: first.NextToken }));

    expect(first.Agents).toHaveLength(2);
    const arns = [...(first.Agents ?? []), ...(second.Agents ?? [])].map((a) => a.AgentArn);
    expect(new Set(arns).size).toBe(arns.length);
  });

  test('can be filtered', async () => {
    const w = await way({});

    const found = await datasync.send(
      new ListLocationsCommand({ Filters: [{ Name: 'LocationUri', Operator: 'Contains', Values: [w.share.host] }] }),
    );

    expect(found.Locations?.map((l) => l.LocationUri)).toEqual([`nfs://${w.share.host}/export/`]);
  });
});

describe('the embedded AWS', () => {
  test('tells which services it embeds', async () => {
    const { services } = await readReport(endpoint);

    expect(services).toContainEqual({ name: 'datasync', operations: 41, of: 53 });
  });

  test('refuses a fault that no service has, and names those that there are', async () => {
    const said = await refused(injectFault(endpoint, { service: 'datasync', fault: 'gremlins' }));

    expect(said).toContain("datasync has no fault 'gremlins'; it has: file-vanishes, permission-denied");
  });

  test('lists the faults that have not struck yet', async () => {
    const fault = { service: 'datasync', fault: 'file-vanishes', resource: 'arn:of:nothing' } as const;

    const { id } = await injectFault(endpoint, fault);

    expect(await listFaults(endpoint)).toContainEqual({ ...fault, times: 1, id });
  });

  test('lets a workflow call an embedded service, with AWS’s name of its error', async () => {
    const found = await aws.execute({
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:datasync:describeTask',
          Parameters: { TaskArn: 'arn:aws:datasync:us-east-1:000000000000:task/task-0123456789abcdef0' },
          Catch: [{ ErrorEquals: ['DataSync.InvalidRequestException'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed' },
      },
    });

    expect(found.status).toBe('SUCCEEDED');
  });
});
