/** The daily look at what was embedded, as metrics: shares of invalid and foreign molecules, and shifts against the card. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Distribution, DriftEnv } from '../../protocol/drift.ts';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { TransformerExit } from '../../protocol/workflow.ts';
import { s3Client } from '../../runtime/aws.ts';
import { look } from '../../runtime/drift/look.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';
import type { Log } from './task/log.ts';

const DAY_MS = 86_400_000;
const DUCK = { memoryMiB: 2048, threads: 1, scratchBytes: 10 * 2 ** 30 };

/** Looks at the last day; the exit code of the task. */
export async function runDrift(log: Log, source: NodeJS.ProcessEnv = process.env): Promise<number> {
  const env = readEnv(DriftEnv, source);
  const s3 = s3Client();
  const distribution = Distribution.parse(JSON.parse(env.distribution));
  const scratch = await mkdtemp(join(tmpdir(), 'drift-'));
  try {
    const { workBucket, transformedBucket, bundleHash } = env;
    const since = new Date(Date.now() - DAY_MS);
    const seen = await look({
      s3,
      workBucket,
      transformedBucket,
      bundleHash,
      distribution,
      since,
      duck: { ...DUCK, scratch },
    });
    for (const { dataset, invalidShare, outOfDomainShare } of seen.datasets)
      process.stdout.write(
        `${emfLine(env.environment, dataset, { InvalidShare: invalidShare, OutOfDomainShare: outOfDomainShare })}\n`,
      );
    const most = (of: (d: (typeof seen.datasets)[number]) => number): number => Math.max(0, ...seen.datasets.map(of));
    const shifts = Object.values(seen.predictionShifts);
    const all = {
      InvalidShare: most((d) => d.invalidShare),
      OutOfDomainShare: most((d) => d.outOfDomainShare),
      ...(seen.tokenShift === null ? {} : { TokenShift: seen.tokenShift }),
      ...(shifts.length > 0 ? { PredictionShift: Math.max(...shifts) } : {}),
    };
    process.stdout.write(`${emfLine(env.environment, UNCLASSIFIED, all)}\n`);
    const { runs, molecules, filesLeftOut } = seen;
    log('info', 'looked', { runs, molecules, filesLeftOut, ...all, ...seen.predictionShifts });
    return TransformerExit.done;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
