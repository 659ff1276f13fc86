/** Takes the members of a shard through the engine, one after the other, and accounts for every row. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { QuarantineKeys } from '../../../protocol/keys.ts';
import { padSequencer } from '../../../protocol/ledger.ts';
import { objectReasons, type ObjectReason } from '../../../protocol/reasons.ts';
import type { Member, MemberResult, Shard } from '../../../protocol/shard.ts';
import type { Engine, MemberOutcome } from '../engine/engine.ts';
import { eachOf, type Task } from './context.ts';
import { fetchMember, readBytes, type Fetched } from './fetch.ts';
import { prefetch } from './prefetch.ts';
import { neighbours, standing, type Standing } from './versions.ts';

/** Rows of a member that do not add up: a defect of ours, so the task fails and nothing is written. */
export class AccountingError extends Error {
  override readonly name = 'AccountingError';
}

/** Members fetched ahead: enough to hide S3's first-byte time of small objects. */
const FETCH_AHEAD = 6;
/** Share of the scratch disk for raw bytes fetched ahead; the rest is for the engine's staging, spilling and output. */
const AHEAD_SHARE = 0.1;
/** A raw object needs its own room, its decoded copy and the output made of it. */
const RAW_SHARE = 1 / 3;

/** Order of versions over all keys, as text: time, then sequencer, then key, then version. */
export const orderText = (m: Pick<Member, 'at' | 'sequencer' | 'key' | 'version'>): string =>
  `${new Date(m.at).toISOString()} ${m.sequencer ? padSequencer(m.sequencer) : '-'.repeat(64)} ${m.key} ${m.version}`;

/** `p3` of `…-p3-r1`: the part that a shard holds. */
export const partOf = (shard: string): string | undefined => /-(p\d+)(-r\d+)?$/.exec(shard)?.[1];

export interface Quarantine {
  readonly member: Member;
  readonly code: ObjectReason;
  readonly message: string;
}

export interface Transformed {
  readonly results: MemberResult[];
  readonly standings: readonly Standing[];
  /** Objects that the engine never saw; it cannot have written their reasons. */
  readonly refused: Quarantine[];
  readonly payloads: { path: string; key: string }[];
}

/** Rows of earlier results to try again: key + version → input → record numbers. */
export type Replay = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<number>>>;
export const replayId = (m: { key: string; version: string }): string => `${m.key}\0${m.version}`;

export interface MemberOptions {
  readonly scratch: string;
  readonly scratchBytes: number;
  readonly replay: Replay | undefined;
  /** Merge tables take late versions too; without one their bytes are not even fetched. */
  readonly hasMerge: boolean;
  /** Objects that a table cannot take, found after an earlier pass over the shard. */
  readonly refused: readonly Quarantine[];
}

/** The ledger's word on every member, asked a few at a time. */
export const standingsOf = (task: Task, { header, members }: Shard): Promise<Standing[]> =>
  eachOf(members, async (m) => standing(header, m, await neighbours(task.ledger, task.s3, task.config.rawBucket, m)));

export async function transformMembers(
  task: Task,
  engine: Engine,
  shard: Shard,
  standings: readonly Standing[],
  options: MemberOptions,
): Promise<Transformed> {
  const { header, members } = shard;
  const { replay, hasMerge } = options;
  const refusedBefore = new Map(options.refused.map((r) => [replayId(r.member), r]));
  const results: MemberResult[] = members.map((m, i) => untouched(m, standings[i] ?? 'skipped'));
  const out: Transformed = { results, standings, refused: [...options.refused], payloads: [] };

  const work = members
    .map((member, index) => ({ member, index, only: replay?.get(replayId(member)) }))
    .filter(({ member, index, only }) => {
      const s = standings[index];
      if (!(s === 'work' || (s === 'late' && hasMerge))) return false;
      if (replay && !only) {
        results[index] = { ...untouched(member, 'skipped') };
        return false;
      }
      const refusal = refusedBefore.get(replayId(member)) ?? tooLarge(member, options.scratchBytes);
      if (!refusal) return true;
      if (!refusedBefore.has(replayId(member))) out.refused.push(refusal);
      results[index] = quarantined(member, undefined, refusal, 0);
      return false;
    });

  const fetching = prefetch(
    work,
    ({ member }) => (member.range ? member.range.end - member.range.start : member.size),
    ({ member, index }) => fetchOr404(task, member, join(options.scratch, `raw-${index}`)),
    { atOnce: FETCH_AHEAD, bytes: options.scratchBytes * AHEAD_SHARE },
  );
  for await (const { item, fetched } of fetching) {
    task.signal.throwIfAborted();
    const { member, index, only } = item;
    if (!fetched) {
      const refusal = { member, code: 'object_missing' as const, message: objectReasons.object_missing };
      out.refused.push(refusal);
      results[index] = quarantined(member, undefined, refusal, 0);
      count(task, results[index], 0);
      continue;
    }
    const payloadKey = QuarantineKeys.payload.key({
      dataset: header.dataset,
      shard: header.shard,
      member: String(index),
    });
    const outcome = await engine.add(
      {
        ...rawObject(task, shard, member, fetched),
        member: index,
        payloadKey,
        order: orderText(member),
        at: member.at,
      },
      only ? { only } : {},
    );
    await rm(fetched.path, { force: true });
    check(member, outcome);
    if (outcome.payload) out.payloads.push({ path: outcome.payload.path, key: payloadKey });
    results[index] = settled(member, fetched, outcome, standings[index] === 'late');
    count(task, results[index], fetched.bytes);
  }
  return out;
}

/** Undefined when the version is gone for good: a lifecycle rule or a person deleted it, and no retry brings it back. */
async function fetchOr404(task: Task, member: Member, path: string): Promise<Fetched | undefined> {
  try {
    return await fetchMember(task.s3, task.config.rawBucket, member, path, task.signal);
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket')
      return undefined;
    throw error;
  }
}

function rawObject(task: Task, { header, members }: Shard, member: Member, fetched: Fetched) {
  const raw = { key: member.key, version: member.version, path: fetched.path, size: fetched.bytes };
  if (!member.range) return raw;
  const { start, end } = member.range;
  const index = Number(partOf(header.shard)?.slice(1) ?? members.indexOf(member));
  return {
    ...raw,
    part: { index, start, end, objectSize: member.size },
    readOn: (from: number) => readBytes(task.s3, task.config.rawBucket, member, from, member.size, task.signal),
  };
}

const base = (m: Member) => ({
  key: m.key,
  version: m.version,
  bytes: m.deleted ? 0 : m.range ? m.range.end - m.range.start : m.size,
});

const untouched = (m: Member, s: Standing): MemberResult => ({
  ...base(m),
  state: s === 'deleted' ? 'deleted' : s === 'late' ? 'superseded' : 'skipped',
  rowsIn: 0,
  rowsOut: 0,
  rowsQuarantined: 0,
});

const quarantined = (
  m: Member,
  sha256: string | undefined,
  reason: { code: string; message: string },
  rows: number,
): MemberResult => ({
  ...base(m),
  state: 'quarantined',
  ...(sha256 ? { sha256 } : {}),
  rowsIn: rows,
  rowsOut: 0,
  rowsQuarantined: rows,
  reason: { code: reason.code, message: reason.message },
});

function settled(m: Member, fetched: Fetched, outcome: MemberOutcome, late: boolean): MemberResult {
  if (outcome.quarantined) return quarantined(m, fetched.sha256, outcome.quarantined, outcome.rowsQuarantined);
  const { rowsIn, rowsOut, rowsQuarantined, notes } = outcome;
  return {
    ...base(m),
    state: late ? 'superseded' : 'transformed',
    ...(fetched.sha256 ? { sha256: fetched.sha256 } : {}),
    rowsIn,
    rowsOut,
    rowsQuarantined,
    ...(Object.keys(notes).length ? { notes: { ...notes } } : {}),
  };
}

function check(m: Member, { rowsIn, rowsOut, rowsQuarantined, quarantined: whole }: MemberOutcome): void {
  if (rowsIn !== rowsOut + rowsQuarantined || (whole && rowsOut !== 0)) {
    throw new AccountingError(
      `${m.key}: ${rowsIn} rows in, ${rowsOut} out and ${rowsQuarantined} quarantined do not add up`,
    );
  }
}

function tooLarge(member: Member, scratchBytes: number): Quarantine | undefined {
  const bytes = base(member).bytes;
  const room = Math.floor(scratchBytes * RAW_SHARE);
  if (bytes <= room) return undefined;
  return {
    member,
    code: 'too_large',
    message: `${bytes} bytes do not fit a scratch disk with room for ${room}, and the object cannot be cut`,
  };
}

function count({ progress }: Task, r: MemberResult, bytes: number): void {
  progress.add('BytesIn', bytes);
  progress.add('RowsIn', r.rowsIn);
  progress.add('RowsOut', r.rowsOut);
  progress.add('RowsQuarantined', r.rowsQuarantined);
  progress.add(r.state === 'quarantined' ? 'ObjectsQuarantined' : 'ObjectsTransformed', 1);
}
