/** Records of jobs in DynamoDB, as the API makes and lists them: what it asks, and the jobs do not. */
import {
  ConditionalCheckFailedException,
  paginateQuery,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DynamoJobRecords, toJob } from './dynamo-jobs.ts';
import type { Job, JobState, JobStore } from './jobs.ts';

/** Records are kept for so long; what jobs wrote is kept by the rules of its bucket. */
const KEEP_SEC = 365 * 24 * 3600;

export class DynamoJobs extends DynamoJobRecords implements JobStore {
  readonly #asked: { readonly client: DynamoDBClient; readonly table: string };

  constructor(client: DynamoDBClient, table: string) {
    super(client, table);
    this.#asked = { client, table };
  }

  async create(job: Job): Promise<void> {
    const expires = Math.floor(Date.parse(job.created_at) / 1000) + KEEP_SEC;
    await this.#asked.client
      .send(
        new PutItemCommand({
          TableName: this.#asked.table,
          Item: marshall({ ...job, expires }, { removeUndefinedValues: true }),
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
  }

  async list(tenant: string, limit: number, before?: string, state?: JobState): Promise<readonly Job[]> {
    const jobs: Job[] = [];
    const pages = paginateQuery(
      { client: this.#asked.client },
      {
        TableName: this.#asked.table,
        KeyConditionExpression: `tenant = :tenant${before === undefined ? '' : ' AND id < :before'}`,
        ...(state && { FilterExpression: '#state = :state', ExpressionAttributeNames: { '#state': 'state' } }),
        ExpressionAttributeValues: marshall(
          { ':tenant': tenant, ':before': before, ':state': state },
          { removeUndefinedValues: true },
        ),
        ScanIndexForward: false,
      },
    );
    for await (const { Items = [] } of pages) {
      jobs.push(...Items.map((item) => toJob(unmarshall(item))));
      if (jobs.length >= limit) break;
    }
    return jobs.slice(0, limit);
  }
}
