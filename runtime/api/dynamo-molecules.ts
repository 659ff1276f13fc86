/** Vectors in DynamoDB, by the key that the lake's tables have. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type AttributeValue,
  type BatchGetItemCommandOutput,
  type BatchWriteItemCommandOutput,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { predictionTables } from '../../protocol/prediction-store.ts';
import type { KnownMolecule, MoleculeVectors } from './molecule-cache.ts';

/** What DynamoDB reads and writes at once. */
const READ_AT_ONCE = 100;
const WRITE_AT_ONCE = 25;
/** What is left unprocessed is tried again so often; the rest counts as not stored. */
const TRIES = 4;
const FIRST_PAUSE_MS = 25;
/** A vector that nobody wants for so long is computed again. */
const KEEP_SEC = 90 * 24 * 3600;

const { molecules: keys } = predictionTables;

export interface Row {
  readonly molecule_key: string;
  readonly canonical: string;
  /** Left out of the sparse index where there is none. */
  readonly inchikey?: string;
  readonly bundle: string;
  readonly tokens: number;
  readonly truncated: boolean;
  readonly embedding: Uint8Array;
  readonly targets: Uint8Array;
  readonly expires: number;
}

/** A copy that begins at its own buffer: typed arrays want aligned bytes. */
const aligned = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;

export const fromRow = (row: Row): KnownMolecule => ({
  moleculeKey: row.molecule_key,
  canonical: row.canonical,
  inchikey: row.inchikey,
  tokens: row.tokens,
  truncated: row.truncated,
  embedding: new Float32Array(aligned(row.embedding)),
  targets: new Float64Array(aligned(row.targets)),
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

export class DynamoVectors implements MoleculeVectors {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #bundle: string;
  readonly #now: () => number;

  /** `bundle` is the hash of the served bundle: molecules of others are not found by InChIKey. */
  constructor(client: DynamoDBClient, table: string, bundle: string, now = () => Math.floor(Date.now() / 1000)) {
    this.#client = client;
    this.#table = table;
    this.#bundle = bundle;
    this.#now = now;
  }

  async get(moleculeKeys: readonly string[]): Promise<ReadonlyMap<string, KnownMolecule>> {
    const parts = await Promise.all(chunks(moleculeKeys, READ_AT_ONCE).map((part) => this.#read(part)));
    return new Map(parts.flat().map((m) => [m.moleculeKey, m]));
  }

  async #read(moleculeKeys: readonly string[]): Promise<KnownMolecule[]> {
    const found: KnownMolecule[] = [];
    let wanted: Record<string, AttributeValue>[] | undefined = moleculeKeys.map((key) =>
      marshall({ [keys.partition]: key }),
    );
    for (let i = 0; wanted?.length && i < TRIES; i++) {
      if (i > 0) await sleep(FIRST_PAUSE_MS * 2 ** i);
      const { Responses, UnprocessedKeys }: BatchGetItemCommandOutput = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.#table]: { Keys: wanted } } }),
      );
      found.push(...(Responses?.[this.#table] ?? []).map((item) => fromRow(unmarshall(item) as Row)));
      wanted = UnprocessedKeys?.[this.#table]?.Keys;
    }
    return found;
  }

  async put(molecules: readonly KnownMolecule[]): Promise<void> {
    await Promise.all(chunks(molecules, WRITE_AT_ONCE).map((part) => this.#write(part)));
  }

  async #write(molecules: readonly KnownMolecule[]): Promise<void> {
    let wanted: WriteRequest[] | undefined = molecules.map((m) => ({ PutRequest: { Item: marshall(this.#toRow(m)) } }));
    for (let i = 0; wanted?.length && i < TRIES; i++) {
      if (i > 0) await sleep(FIRST_PAUSE_MS * 2 ** i);
      const { UnprocessedItems }: BatchWriteItemCommandOutput = await this.#client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.#table]: wanted } }),
      );
      wanted = UnprocessedItems?.[this.#table];
    }
  }

  #toRow(m: KnownMolecule): Row {
    return {
      molecule_key: m.moleculeKey,
      canonical: m.canonical,
      ...(m.inchikey !== undefined && { inchikey: m.inchikey }),
      bundle: this.#bundle,
      tokens: m.tokens,
      truncated: m.truncated,
      embedding: bytesOf(m.embedding),
      targets: bytesOf(m.targets),
      expires: this.#now() + KEEP_SEC,
    };
  }
}
