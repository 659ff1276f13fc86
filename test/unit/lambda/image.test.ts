import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { mockClient } from 'aws-sdk-client-mock';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { buildVariables } from '../../../lib/images/build-spec.ts';
import { handler } from '../../../lambda/image/handler.ts';

const codebuild = mockClient(CodeBuildClient);
let server: Server;
let answers: { type: string | undefined; body: Record<string, unknown> }[];

beforeEach(async () => {
  codebuild.reset();
  process.env['PROJECT'] = 'bpc-dev-image';
  process.env['AWS_REGION'] = 'eu-central-1';
  answers = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      answers.push({ type: request.headers['content-type'], body: JSON.parse(body) as Record<string, unknown> });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const event = (RequestType: 'Create' | 'Delete'): CloudFormationCustomResourceEvent =>
  ({
    RequestType,
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'built',
    ...(RequestType === 'Delete' ? { PhysicalResourceId: 'abc' } : {}),
    ResourceProperties: { ServiceToken: 'x', tag: 'abc' },
  }) as unknown as CloudFormationCustomResourceEvent;

describe('the function that has images built', () => {
  test('starts one build for a request, which knows whom to answer', async () => {
    codebuild.on(StartBuildCommand).resolves({});

    await handler(event('Create'));

    const [call] = codebuild.commandCalls(StartBuildCommand);
    const given = call?.args[0].input;
    expect([given?.projectName, given?.idempotencyToken]).toEqual(['bpc-dev-image', 'request']);
    expect(given?.environmentVariablesOverride?.map((v) => v.name).sort()).toEqual([...buildVariables].sort());
    expect(answers).toEqual([]);
  });

  test('tells the deployment when no build starts, with the reason', async () => {
    codebuild.on(StartBuildCommand).rejects(new Error('limit of builds'));

    await handler(event('Create'));

    expect(answers).toMatchObject([
      { body: { Status: 'FAILED', Reason: expect.stringContaining('limit of builds'), LogicalResourceId: 'built' } },
    ]);
    // The URL is signed without a content type.
    expect(answers[0]?.type ?? '').toBe('');
  });

  test('leaves images where they are when the stack goes', async () => {
    await handler(event('Delete'));

    expect(answers).toMatchObject([{ body: { Status: 'SUCCESS', PhysicalResourceId: 'abc' } }]);
    expect(codebuild.commandCalls(StartBuildCommand)).toEqual([]);
  });
});
