/** Uses of idempotency keys in DynamoDB. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { KeyStore, KeyUse } from './idempotency.ts';

export class DynamoKeys implements KeyStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async claim(use: KeyUse, now: number): Promise<KeyUse | undefined> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall(use),
          // DynamoDB deletes what has expired within days, not at once.
          // `request` is one of DynamoDB's own words.
          ConditionExpression: 'attribute_not_exists(#request) OR expires <= :now',
          ExpressionAttributeNames: { '#request': 'request' },
          ExpressionAttributeValues: marshall({ ':now': now }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item) return unmarshall(error.Item) as KeyUse;
      throw error;
    }
  }

  async takeOver(use: KeyUse, dead: KeyUse): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall(use),
          ConditionExpression: '#state = :answering AND #until = :until',
          ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
          ExpressionAttributeValues: marshall({ ':answering': 'answering', ':until': dead.until }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async finish(use: KeyUse): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: marshall(use) }));
  }

  async release(request: string): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: marshall({ request }) }));
  }
}
