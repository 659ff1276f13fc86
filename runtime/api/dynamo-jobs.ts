/** Records of jobs in DynamoDB. */
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { hasEnded, type Job, type JobChange, type JobRecords, type JobState } from './jobs.ts';

export class DynamoJobRecords implements JobRecords {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async get(tenant: string, id: string): Promise<Job | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall({ tenant, id }), ConsistentRead: true }),
    );
    return Item && toJob(unmarshall(Item));
  }

  async partDone(tenant: string, id: string, part: number): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: marshall({ tenant, id }),
        UpdateExpression: 'ADD parts_done :part SET updated_at = :at',
        ExpressionAttributeValues: marshall({ ':part': new Set([part]), ':at': new Date().toISOString() }),
      }),
    );
  }

  async change(tenant: string, id: string, change: JobChange, at: string): Promise<Job | undefined> {
    const fields = Object.entries({ ...change, updated_at: at });
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: marshall({ tenant, id }),
          UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: '#state IN (:queued, :running)',
          ExpressionAttributeNames: Object.fromEntries(
            ['state', ...fields.map(([name]) => name)].map((n) => [`#${n}`, n]),
          ),
          ExpressionAttributeValues: marshall({
            ':queued': 'QUEUED' satisfies JobState,
            ':running': 'RUNNING' satisfies JobState,
            ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
          }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes && toJob(unmarshall(Attributes));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return this.get(tenant, id);
      throw error;
    }
  }
}

/** The share of the parts that are done is what is told of them. */
export function toJob(record: Record<string, unknown>): Job {
  const { parts, parts_done: done, ...rest } = record;
  const job = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'expires'));
  const progress = hasEnded(job['state'] as JobState)
    ? 1
    : typeof parts === 'number' && parts > 0
      ? Math.min(1, (done instanceof Set ? done.size : 0) / parts)
      : 0;
  return { ...job, progress } as unknown as Job;
}
