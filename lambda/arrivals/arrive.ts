/** Recording and packing of one batch of events. */
import { isFolderMarker, type LedgerRow } from '../../protocol/ledger.ts';
import type { CompiledContracts } from '../../runtime/contracts.ts';
import type { BatchOutcome, Ledger } from '../../runtime/ledger.ts';
import { grouped } from '../../runtime/many.ts';
import { asError, type Packer } from '../../runtime/packer.ts';
import { readEvent, type Arrival } from './event.ts';
import { foldersAmong } from './folders.ts';

export interface Message {
  readonly messageId: string;
  readonly body: string;
}

export interface BatchReport {
  /** Messages to deliver again: those that could not be read (they end in the dead letters), and what failed. */
  readonly failed: ReadonlyMap<string, Error>;
  /** New versions per dataset; 0 for datasets of which only known ones came. */
  readonly recorded: ReadonlyMap<string, number>;
  readonly started: number;
  readonly resumed: number;
}

export interface Arrivals {
  readonly ledger: Ledger;
  readonly packer: Packer;
  readonly rawBucket: string;
  readonly compiled: CompiledContracts;
}

const identity = (row: Pick<LedgerRow, 'object' | 'version'>): string => `${row.object}\0${row.version}`;

/** Events of one version, told apart by what they say: it came, or it is gone for good. */
interface Told extends Arrival {
  readonly messages: readonly string[];
}

function readAll(messages: readonly Message[], { rawBucket, compiled }: Arrivals, failed: Map<string, Error>): Told[] {
  const now = new Date();
  const told = messages.flatMap(({ messageId, body }) => {
    try {
      const arrival = readEvent(body, rawBucket, compiled, now);
      const { row, gone } = arrival;
      const folder = !gone && !row.marker && isFolderMarker(row.object, row.size);
      return folder ? [] : [{ ...arrival, messageId }];
    } catch (error) {
      failed.set(messageId, asError(error));
      return [];
    }
  });
  // A version that came and went within one batch is gone: that is said first, so that the other event finds it so.
  const same = grouped(told, (t) => identity(t.row));
  return [...same.values()].flatMap((events) => {
    const first = events.find((e) => e.gone) ?? events[0];
    return first ? [{ row: first.row, gone: first.gone, messages: events.map((e) => e.messageId) }] : [];
  });
}

/** Records each version, packs those that have no shard, and starts shards that have no execution. */
export async function arrive(messages: readonly Message[], arrivals: Arrivals): Promise<BatchReport> {
  const { ledger, packer } = arrivals;
  const failed = new Map<string, Error>();
  const read = readAll(messages, arrivals, failed);
  const folders = await foldersAmong(read, ledger);
  const told = read.filter((t) => !folders.has(t.row));
  const fail = (row: LedgerRow, error: Error): void => {
    const found = messagesOf.get(identity(row)) ?? [];
    for (const id of found) failed.set(id, error);
  };
  const messagesOf = new Map(told.map((t) => [identity(t.row), t.messages]));

  const outcomes = await ledger.recordAll(told.map((t) => t.row));
  const recorded = new Map(told.map((t) => [t.row.dataset, 0]));
  const toPack: LedgerRow[] = [];
  const toResume: LedgerRow[] = [];
  for (const [i, { row, gone }] of told.entries()) {
    const outcome: BatchOutcome = outcomes[i] ?? new Error('the ledger did not answer');
    if (outcome instanceof Error) {
      fail(row, outcome);
    } else if (outcome === 'done') {
      if (!gone) recorded.set(row.dataset, (recorded.get(row.dataset) ?? 0) + 1);
      if (row.state === 'arrived') toPack.push(row);
    } else if (gone) {
      await ledger.discard(outcome).catch((error: unknown) => fail(row, asError(error)));
    } else if (outcome.state === 'arrived') {
      toPack.push(outcome);
    } else if (outcome.state === 'bound') {
      toResume.push(outcome);
    }
  }

  const [packed, resumed] = await Promise.all([packer.packAndStart(toPack), packer.resume(toResume)]);
  for (const { row, error } of [...packed.failures, ...resumed.failures]) fail(row, error);
  return { failed, recorded, started: packed.started, resumed: resumed.resumed };
}
