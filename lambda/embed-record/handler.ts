/** After the job of a run: checks its sums and enters its tables; at the end of the run, remembers what is embedded. */
import type { Sensitivity } from '../../protocol/contract.ts';
import { EmbedRecordEnv } from '../../protocol/env.ts';
import type { EmbedRecorded } from '../../protocol/embeddings.ts';
import { emfLine } from '../../runtime/emf.ts';
import { remember, type PlanPlace } from '../../runtime/embeddings/plan.ts';
import { embedPlace } from '../../runtime/embeddings/program.ts';
import { openReasons } from '../../runtime/embeddings/reasons.ts';
import { recordRun } from '../../runtime/embeddings/record.ts';
import { readEnv } from '../../runtime/env.ts';

interface RecordInput {
  readonly step: 'record' | 'remember';
  readonly dataset: string;
  readonly run: string;
  readonly sensitivity: Sensitivity;
}

let place: PlanPlace | undefined;

export async function handler({ step, ...run }: RecordInput): Promise<EmbedRecorded | Record<string, never>> {
  place ??= embedPlace(__dirname);
  if (step === 'remember') {
    await remember(place, run);
    return {};
  }
  const recorded = await recordRun(place, run);
  const { quarantineBucket, classKeys } = readEnv(EmbedRecordEnv);
  const sealedWith = (JSON.parse(classKeys) as Record<string, string>)[run.sensitivity];
  if (sealedWith) await openReasons(place.s3, quarantineBucket, { ...run, sealedWith });
  console.log(JSON.stringify({ message: 'recorded', run: run.run, ...recorded }));
  const { embedded, quarantined, outOfDomain } = recorded;
  const counts = { MoleculesEmbedded: embedded, MoleculesInvalid: quarantined, MoleculesOutOfDomain: outOfDomain };
  console.log(emfLine(place.environment, run.dataset, counts));
  return recorded;
}
