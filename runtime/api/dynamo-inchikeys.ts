/** Vectors in DynamoDB, by InChIKey too: what the API asks, and the jobs do not. */
import { paginateQuery, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { predictionTables } from '../../protocol/prediction-store.ts';
import { DynamoVectors, fromRow, type Row } from './dynamo-molecules.ts';
import type { KnownMolecule, MoleculeStore } from './molecule-cache.ts';

/** Molecules that an InChIKey can stand for here: tautomers and protonation states of one molecule are a handful. */
const MOST_PER_INCHIKEY = 100;
const { molecules: keys } = predictionTables;

export class DynamoMolecules extends DynamoVectors implements MoleculeStore {
  readonly #read: { readonly client: DynamoDBClient; readonly table: string; readonly bundle: string };

  /** `bundle` is the hash of the served bundle: molecules of others are not found by InChIKey. */
  constructor(client: DynamoDBClient, table: string, bundle: string) {
    super(client, table, bundle);
    this.#read = { client, table, bundle };
  }

  async byInchikey(inchikey: string): Promise<readonly KnownMolecule[]> {
    const found: KnownMolecule[] = [];
    const pages = paginateQuery(
      { client: this.#read.client },
      {
        TableName: this.#read.table,
        IndexName: keys.index,
        KeyConditionExpression: `${keys.indexPartition} = :inchikey`,
        ExpressionAttributeValues: marshall({ ':inchikey': inchikey }),
      },
    );
    for await (const { Items = [] } of pages) {
      const rows = Items.map((item) => unmarshall(item) as Row).filter((row) => row.bundle === this.#read.bundle);
      found.push(...rows.map(fromRow));
      if (found.length >= MOST_PER_INCHIKEY) break;
    }
    return found.sort((a, b) => (a.moleculeKey < b.moleculeKey ? -1 : 1)).slice(0, MOST_PER_INCHIKEY);
  }
}
