/** Backfills: beside the events of the same objects, and killed half-way. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { s3Client, sfnClient } from '../../../runtime/aws.ts';
import { listKeys } from '../../../runtime/listing.ts';
import { WorkKeys } from '../../../protocol/keys.ts';
import type { App } from '../app.ts';
import { agree } from './agree.ts';
import { csv } from './estate.ts';
import { arrivalsOff } from './queue.ts';

interface Backfill {
  readonly listed: number;
  readonly bound: number;
  readonly known: number;
  readonly takenOver: number;
  readonly lists: number;
  readonly execution?: string;
}

async function results(app: App, dataset: string): Promise<number> {
  const { workBucket } = await app.places();
  let count = 0;
  for await (const page of listKeys(s3Client(), workBucket, WorkKeys.result.prefix({ dataset }))) count += page.length;
  return count;
}

export function together(app: () => App): void {
  describe('a backfill and the events of the same objects at once', () => {
    beforeAll(async () => {
      await arrivalsOff(app(), async (queue) => {
        for (let i = 0; i < 20; i++) await app().deliver(`lab/both/${i}.csv`, csv(3, 10 * i));
        await queue.holds(20);
        await app().must('backfill', 'both');
      });
    });

    test('transform each object once', async () => {
      await agree(app(), 'both', { objects: 20, rowsIn: 60, rowsOut: 60 });
    });

    test('leave no event behind, and nothing for another backfill', async () => {
      await app().until('the queue to be empty', async () => {
        const { waiting, inFlight } = await app().queue();
        return waiting + inFlight === 0;
      });

      const again = await app().json<Backfill>('backfill', 'both');

      expect(again).toMatchObject({ bound: 0, known: 20, lists: 0 });
      expect((await app().queue()).deadLetters).toBe(0);
    });
  });
}

export function halfway(app: () => App): void {
  describe('a backfill that is killed half-way', () => {
    const OBJECTS = 8;
    /** Two such objects are more than a shard, so each is one. */
    const ROWS = 20_000;
    let done: number;
    let again: Backfill;

    beforeAll(async () => {
      await arrivalsOff(app(), async (queue) => {
        for (let i = 0; i < OBJECTS; i++)
          await app().deliver(`lab/halfway/${i}.csv`, csv(ROWS, i * ROWS, 'a name of some length'));
        await queue.take(OBJECTS);
      });
      await app().must('backfill', 'halfway');
      await app().until('some results', async () => (await results(app(), 'halfway')) >= 2, 20);
      const { backfillMachineArn, ingestMachineArn } = await app().places();
      for (const stateMachineArn of [backfillMachineArn, ingestMachineArn]) {
        const { executions = [] } = await sfnClient().send(
          new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
        );
        const own = executions.filter(
          (e) => stateMachineArn === backfillMachineArn || !/^[0-9a-f]{24}-/.test(e.name ?? ''),
        );
        for (const e of own) await sfnClient().send(new StopExecutionCommand({ executionArn: e.executionArn }));
      }
      await app().idle('halfway');
      await app().until('its tasks to end', async () => (await app().report()).tasks.length === 0);
      done = await results(app(), 'halfway');
      again = await app().json<Backfill>('backfill', 'halfway', '--wait');
    });

    test('has done a part', () => {
      expect(done).toBeGreaterThanOrEqual(2);
      expect(done).toBeLessThan(OBJECTS);
    });

    test('goes on when it is run again', () => {
      expect(again).toMatchObject({ listed: OBJECTS, bound: 0, known: OBJECTS, takenOver: OBJECTS - done });
    });

    test('and finishes without doing anything twice', async () => {
      await agree(app(), 'halfway', { objects: OBJECTS, rowsIn: OBJECTS * ROWS, rowsOut: OBJECTS * ROWS });

      expect(await results(app(), 'halfway')).toBe(OBJECTS);
    });
  });
}
