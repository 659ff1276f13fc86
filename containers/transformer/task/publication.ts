/** What a shard has made and is about to publish. */
import type { Contract } from '../../../protocol/contract.ts';
import type { Claim } from '../../../protocol/ledger.ts';
import type { Shard } from '../../../protocol/shard.ts';
import type { EngineFiles } from '../engine/engine.ts';
import type { Transformed } from './members.ts';

/** One pass of the engine over a shard's members. */
export interface Pass {
  readonly transformed: Transformed;
  readonly output: EngineFiles;
}

export interface Publication extends Pass {
  readonly shard: Shard;
  readonly contract: Contract;
  readonly claim: Claim;
  /** The shard's folder on the scratch disk. */
  readonly scratch: string;
}
