/** What all files of a delivery share. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Budget } from './budget.ts';
import type { Buffers } from './buffers.ts';
import type { Hasher } from './hasher.ts';
import type { PutState } from './state.ts';

export interface Lane {
  readonly client: S3Client;
  readonly bucket: string;
  readonly state: PutState;
  /** Requests and bytes of file contents in memory at once. */
  readonly budget: Budget;
  readonly buffers: Buffers;
  readonly hasher: () => Hasher;
  /** Parts up to this size are held in memory while they are sent. Bytes. */
  readonly heldBytes: number;
  /** Called with bytes as they have arrived. */
  readonly sent: (bytes: number) => void;
}
