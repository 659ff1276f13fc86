/** The sweeper: each minute finishes what arrivals began and did not end. */
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { emfLine } from '../../runtime/emf.ts';
import { Packer } from '../../runtime/packer.ts';
import { functionWorkplace } from '../../runtime/program.ts';
import { sweep, type Sweep } from './sweep.ts';

let ready: (Sweep & { environment: string }) | undefined;

function setUp(): Sweep & { environment: string } {
  const work = functionWorkplace(__dirname);
  return {
    environment: work.environment,
    ledger: work.ledger,
    packer: new Packer(work),
    datasets: work.compiled.datasets.map((d) => d.dataset),
  };
}

export async function handler(): Promise<void> {
  ready ??= setUp();
  const { failures, ...report } = await sweep(ready, new Date());
  console.log(
    emfLine(ready.environment, UNCLASSIFIED, {
      ShardsStarted: report.started,
      ShardsResumed: report.resumed,
      ObjectsUnclassified: report.unclassified,
    }),
  );
  console.log(JSON.stringify(report));
  for (const { row, error } of failures)
    console.error(JSON.stringify({ object: row.object, error: error.name, message: error.message }));
  if (failures.length > 0)
    throw new AggregateError(
      failures.map((f) => f.error),
      `${failures.length} versions could not be taken on`,
    );
}
