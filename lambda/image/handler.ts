/** Answers a deployment that needs an image: starts its build, which tells CloudFormation how it ended. */
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { ImageEnv } from '../../protocol/env.ts';
import { clientConfig } from '../../runtime/aws.ts';
import { readEnv } from '../../runtime/env.ts';

/** CloudFormation could not be told; it gives up by itself after an hour. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

async function answer(
  event: CloudFormationCustomResourceEvent,
  status: 'SUCCESS' | 'FAILED',
  reason: string,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId;
  const body = JSON.stringify({
    Status: status,
    Reason: reason,
    PhysicalResourceId,
    StackId,
    RequestId,
    LogicalResourceId,
  });
  // No content type: the URL is signed without one.
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    body: Buffer.from(body),
    headers: { 'content-type': '' },
  });
  if (!response.ok) throw new AnswerError(`CloudFormation answered ${response.status}`);
}

export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  // Images stay with their repository.
  if (event.RequestType === 'Delete') return answer(event, 'SUCCESS', 'images stay');
  const { project } = readEnv(ImageEnv);
  const { tag } = event.ResourceProperties as unknown as { readonly tag: string };
  const variables = {
    ...{ TAG: tag, RESPONSE_URL: event.ResponseURL, STACK_ID: event.StackId },
    ...{ REQUEST_ID: event.RequestId, LOGICAL_ID: event.LogicalResourceId },
  };
  try {
    await new CodeBuildClient(clientConfig()).send(
      new StartBuildCommand({
        projectName: project,
        idempotencyToken: event.RequestId,
        environmentVariablesOverride: Object.entries(variables).map(([name, value]) => ({ name, value })),
      }),
    );
  } catch (error) {
    await answer(event, 'FAILED', `the build of ${tag} did not start: ${(error as Error).message}`);
  }
}
