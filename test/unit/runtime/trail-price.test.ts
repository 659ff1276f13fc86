/** Recording reads and writes of objects is priced from the sizes of the datasets. */
import { describe, expect, it } from '@jest/globals';
import { Estate } from '../../../protocol/estate.ts';
import { formatTrailPrice, priceTrail } from '../../../runtime/trail-price.ts';

const contract = { format: 'csv', columns: [{ name: 'id' }] };
const estate = (size: object | undefined, more: object = {}): Estate =>
  Estate.parse({
    estate: 'bpc',
    environments: {
      local: { kind: 'local' },
      prod: { kind: 'prod', account: '222222222222', evidenceYears: 10, trail: { dataEvents: true } },
    },
    sources: { lab: { kind: 'nfs', location: 'filer:/lab' } },
    datasets: { assays: { source: 'lab', contract, ...(size && { size }) }, ...more },
  });

describe('the price of recorded objects', () => {
  it('counts objects, parts of large ones and the files of shards', () => {
    // 2,000,000 objects × 3, 32,000 GB in parts of 16 MiB, 16,000 shards of 2 GiB × 4.
    const [price] = priceTrail(estate({ objects: 2_000_000, gigabytes: 32_000 }));

    expect(price).toEqual({ environment: 'prod', recorded: true, events: 8_112_000, usd: 8.11, unknown: [] });
  });

  it('is told of environments in AWS only, and names datasets that state no size', () => {
    const prices = priceTrail(
      estate(
        { objects: 100, gigabytes: 1 },
        { images: { source: 'lab', contract: { ...contract, tables: { images: {} } } } },
      ),
    );

    expect(prices.map(formatTrailPrice)).toEqual([
      'prod: recording each read and write of objects (trail.dataEvents, now on) costs about 0.00 USD for 368 events; images state no size',
    ]);
  });

  it('is not told where no dataset states a size', () => {
    expect(priceTrail(estate(undefined))).toEqual([]);
  });
});
