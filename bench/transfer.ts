/** What 5,000 files of mixed sizes cost end to end: from a file server through DataSync and ingest to the tables, and where the time goes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { peerPython } from './peers.ts';
import type { BenchTable } from './table.ts';
import { makeShare, FILES } from './transfer/share.ts';
import { BenchApp } from './transfer/app.ts';
import { stages } from './transfer/stages.ts';

const dir = join(import.meta.dirname, '..', 'build', 'bench', 'transfer');

export async function run(): Promise<BenchTable> {
  const app = await BenchApp.start(dir);
  try {
    const { bytes, rows } = makeShare(app.share);
    const began = Date.now();
    await app.decant('transfer', 'run', 'plates', '--wait');
    await app.settled(FILES);
    const seconds = (Date.now() - began) / 1000;
    const of = await stages(app);
    if (of.rows !== rows) throw new Error(`${of.rows} rows came out of ${rows}`);
    const peer = byHand(app.share);
    return {
      name: 'transfer',
      rows: [
        { label: 'file server → tables', value: seconds, unit: 's', ...(peer && { ratio: peer.seconds / seconds }) },
        ...of.rowsOf,
        ...(peer?.rows ?? []),
      ],
      notes: [
        `${FILES} CSV files, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${rows.toLocaleString('en-US')} rows: 88 % of about 2 KiB, 10 % of 50 KiB, 2 % of 500 KiB`,
        'Basic mode, every transferred file verified by SHA-256 on both ends, task report archived; each version recorded in the ledger',
        'stages overlap: ingest begins with the first events, while files still arrive',
        'the embedded AWS answers S3, DynamoDB and the rest from one process of this machine, which is where most of the time goes',
        ...(peer?.notes ?? ['no peer: it needs rsync, and Python with pandas and pyarrow']),
      ],
    };
  } finally {
    await app.stop();
  }
}

interface Peer {
  readonly seconds: number;
  readonly rows: BenchTable['rows'];
  readonly notes: readonly string[];
}

/** rsync into a folder, then a script that reads every file and writes Parquet: no checksums at rest, ledger, contract or quarantine. */
function byHand(share: string): Peer | undefined {
  const python = peerPython();
  const version = spawnSync('rsync', ['--version'], { encoding: 'utf8' });
  if (!python || version.status !== 0) return undefined;
  const [raw, out] = [join(dir, 'peer', 'raw'), join(dir, 'peer', 'out')];
  rmSync(join(dir, 'peer'), { recursive: true, force: true });
  for (const folder of [raw, out]) mkdirSync(folder, { recursive: true });
  const timed = (program: string, args: string[]): number => {
    const began = Date.now();
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    return (Date.now() - began) / 1000;
  };
  const moved = timed('rsync', ['-a', '--checksum', `${share}/`, `${raw}/`]);
  const converted = timed(python, [join(import.meta.dirname, 'transfer', 'convert_peer.py'), raw, out]);
  return {
    seconds: moved + converted,
    rows: [
      { label: 'peer: rsync', value: moved, unit: 's' },
      { label: 'peer: conversion by a script', value: converted, unit: 's' },
    ],
    notes: [
      `peer: ${version.stdout.split('\n')[0] ?? 'rsync'} into a folder, then one pandas process, a Parquet file per 1,000 files; ` +
        'it keeps no versions, verifies nothing at rest and records nothing',
    ],
  };
}
