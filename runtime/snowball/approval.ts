/** Approval of an order: asked for by the workflow, given or declined by a person, on record in the work bucket. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  InvalidToken,
  SendTaskSuccessCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { WorkKeys } from '../../protocol/keys.ts';
import type { ApprovalRequest, Decision, OrderName } from '../../protocol/snowball.ts';
import { orderExecution, parseOrderExecution } from '../../protocol/snowball.ts';
import { readText } from './archive.ts';

export interface ApprovalPlace {
  readonly s3: S3Client;
  readonly workBucket: string;
}

const keyOf = (name: OrderName): string =>
  WorkKeys.snowball.key({ dataset: name.dataset, execution: orderExecution(name) });

/** Keeps the question, so that an answer finds the waiting execution. An earlier answer to the same question stays. */
export async function keepRequest(at: ApprovalPlace, execution: string, request: ApprovalRequest): Promise<void> {
  await write(at, nameOf(execution), request);
}

export async function readRequest(at: ApprovalPlace, name: OrderName): Promise<ApprovalRequest | undefined> {
  const text = await readText(at.s3, at.workBucket, keyOf(name));
  return text === undefined ? undefined : (JSON.parse(text) as ApprovalRequest);
}

export type Answered =
  | { readonly kind: 'answered'; readonly decision: Decision }
  | { readonly kind: 'already'; readonly decision: Decision }
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'over' };

/** Answers once: what was decided stays decided. */
export async function answer(
  at: ApprovalPlace & { readonly sfn: SFNClient },
  name: OrderName,
  decision: Decision,
): Promise<Answered> {
  const request = await readRequest(at, name);
  if (!request) return { kind: 'not-asked' };
  if (request.decision) return { kind: 'already', decision: request.decision };
  try {
    await at.sfn.send(new SendTaskSuccessCommand({ taskToken: request.token, output: JSON.stringify(decision) }));
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return { kind: 'over' };
    throw error;
  }
  await write(at, name, { ...request, decision });
  return { kind: 'answered', decision };
}

const write = (at: ApprovalPlace, name: OrderName, request: ApprovalRequest): Promise<unknown> =>
  at.s3.send(
    new PutObjectCommand({
      Bucket: at.workBucket,
      Key: keyOf(name),
      Body: JSON.stringify(request, null, 2),
      ContentType: 'application/json',
    }),
  );

function nameOf(execution: string): OrderName {
  const name = parseOrderExecution(execution);
  if (!name) throw new Error(`"${execution}" is no execution of an order: it is named <dataset>-<order>-<attempt>`);
  return name;
}
