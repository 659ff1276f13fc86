/** Claims: who works on a shard. One conditional write takes, renews or releases a claim; the larger fence wins. */
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { CLAIM_SECONDS, type Claim } from '../protocol/ledger.ts';
import { claimKey, ClaimLostError, expression, ShardClaimedError, type Change, type Item } from './ledger-rows.ts';

export interface ClaimRequest {
  readonly shard: string;
  /** attempt × 1000 + retry. */
  readonly fence: number;
  /** Unique to the process that asks. */
  readonly owner: string;
  /** Execution name; kept only when the shard has none yet. */
  readonly run: string;
  /** Epoch seconds. @default the clock */
  readonly now?: number;
}

const clock = (): number => Math.floor(Date.now() / 1000);

function toClaim(shard: string, item: Item): Claim {
  const { fence, owner, expires, run } = unmarshall(item) as Omit<Claim, 'shard'>;
  return { shard, fence, owner, expires, run };
}

export class Claims {
  readonly #table: string;
  readonly #client: DynamoDBClient;
  constructor(table: string, client: DynamoDBClient) {
    this.#table = table;
    this.#client = client;
  }

  /**
   * Takes the shard when nobody holds it, the holder's claim has expired, or the holder's fence is smaller. Asking
   * again with the same owner and fence succeeds, since the answer to a first request may have been lost.
   * Throws ShardClaimedError.
   */
  async claim({ shard, fence, owner, run, now = clock() }: ClaimRequest): Promise<Claim> {
    const { UpdateExpression, ...rest } = expression({
      set: { fence, owner, expires: now + CLAIM_SECONDS },
      condition:
        'attribute_not_exists(#object) OR #expires <= :now OR #fence < :fence OR (#fence = :fence AND #owner = :owner)',
      names: ['object', 'run'],
      where: { now, run },
    });
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: claimKey(shard),
          ...rest,
          UpdateExpression: `${UpdateExpression}, #run = if_not_exists(#run, :run)`,
          ReturnValues: 'ALL_NEW',
        }),
      );
      return toClaim(shard, Attributes ?? {});
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
      throw new ShardClaimedError(`shard ${shard} is claimed by another task`, { cause });
    }
  }

  /** Extends the claim. Throws ClaimLostError when another took it. */
  async renew(claim: Claim, now = clock()): Promise<Claim> {
    const expires = now + CLAIM_SECONDS;
    await this.#whileHeld(claim, { expires });
    return { ...claim, expires };
  }

  /** Throws ClaimLostError unless the claim is held and unexpired: to be asked right before results are written. */
  async assertHeld(claim: Claim, now = clock()): Promise<void> {
    const found = await this.read(claim.shard);
    if (found?.owner === claim.owner && found.fence === claim.fence && found.expires > now) return;
    throw new ClaimLostError(`the claim on shard ${claim.shard} is no longer held`);
  }

  /** Lets others take the shard at once. The row stays, since it holds the shard's `run`. Nothing to do when it was lost. */
  async release(claim: Claim): Promise<void> {
    try {
      await this.#whileHeld(claim, { expires: 0 });
    } catch (error) {
      if (!(error instanceof ClaimLostError)) throw error;
    }
  }

  /** The claim row as it is, expired or not. */
  async read(shard: string): Promise<Claim | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: claimKey(shard), ConsistentRead: true }),
    );
    return Item && toClaim(shard, Item);
  }

  async #whileHeld(claim: Claim, set: Change['set']): Promise<void> {
    const change: Change = {
      set,
      condition: '#owner = :owner AND #fence = :fence',
      names: ['owner', 'fence'],
      where: { owner: claim.owner, fence: claim.fence },
    };
    try {
      await this.#client.send(
        new UpdateItemCommand({ TableName: this.#table, Key: claimKey(claim.shard), ...expression(change) }),
      );
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
      throw new ClaimLostError(`the claim on shard ${claim.shard} is no longer held`, { cause });
    }
  }
}
