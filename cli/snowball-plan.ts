/** `decant snowball plan`: computed from the estate file, without a call. */
import { UserError } from '../runtime/errors.ts';
import type { FolderReport } from '../runtime/snowball/folder.ts';
import type { SnowballPlan } from '../runtime/snowball/plan.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import type { PlanOptions } from './snowball-options.ts';
import { prefixOf } from './snowball-site.ts';
import { formatBytes, formatTable } from './table.ts';
import { chooseEnvironment } from './target.ts';
import type { Io } from './verb.ts';
import { unknownDataset } from './workplace.ts';

export async function plan(named: string[], options: PlanOptions, io: Io): Promise<void> {
  const chosen = await chooseEnvironment(options);
  const { snowballDatasets } = await import('../protocol/snowball-datasets.ts');
  const all = Object.keys(chosen.estate.datasets);
  const bad = named.find((n) => !all.includes(n));
  if (bad !== undefined) throw unknownDataset(bad, all);
  // Any dataset may be planned: the plan says whether Snowball is the way.
  const datasets = named.length > 0 ? named : snowballDatasets(chosen.estate, chosen.environmentName);
  if (datasets.length === 0)
    throw new UserError(`no dataset of ${chosen.environmentName} travels by Snowball; name those to plan for`);
  if (options.from !== undefined && datasets.length !== 1) throw new UserError('--from is about one dataset; name it');
  const [{ assumptions, planSnowball }, { Snowball }, { REFUSAL, ALTERNATIVES }] = await Promise.all([
    import('../runtime/snowball/plan.ts'),
    import('../protocol/snowball.ts'),
    import('../runtime/snowball/errors.ts'),
  ]);
  const snowball = chosen.environment.snowball ?? Snowball.parse({});
  const folder =
    options.from === undefined ? undefined : await inspect(options.from, prefixOf(chosen, datasets[0] ?? ''), io);
  const plans = datasets.map((dataset) => {
    const declared = chosen.estate.datasets[dataset];
    const size = folder ? { objects: Math.max(1, folder.objects), gigabytes: folder.bytes / 1e9 } : declared?.size;
    if (!size)
      throw new UserError(
        `dataset ${dataset} has no size; write size: { objects, gigabytes } into the estate file, or count with --from`,
      );
    return planSnowball({ dataset, size, devices: declared?.transfer?.devices }, snowball);
  });
  const allowed = snowball.existingSnowballCustomer;
  if (options.json) writeJson(io, { allowed, assumptions, plans, ...(folder && { folder }) });
  else {
    for (const p of plans) io.out.write(text(p));
    if (folder) io.out.write(folderText(folder));
    const a = assumptions;
    io.err.write(
      `days assume ${a.preparationDays} of preparation, shipping ${snowball.shipping} both ways, ${a.handlingDays} at the site, ` +
        `${formatBytes(a.deviceBytesPerSec)}/s onto the device and off it, ${a.sortingDays + a.queueDays} at AWS; lines at ${a.lineShare * 100} %\n`,
    );
  }
  if (!allowed) io.err.write(`${REFUSAL}; ${ALTERNATIVES}\n`);
}

async function inspect(folder: string, prefix: string, io: Io): Promise<FolderReport> {
  const { inspectFolder } = await import('../runtime/snowball/folder.ts');
  const told = progress(io, 'files');
  const report = await inspectFolder(folder, prefix, (bytes) => told.add(1, bytes));
  told.done();
  return report;
}

function text(p: SnowballPlan): string {
  const ways = [
    [`Snowball, ${p.devices} × ${p.deviceType}, ${p.atOnce} at a time`, p.days, `${p.daysPerDevice} days a device`],
    ...p.alternatives.map((a) => [a.way, a.days, a.needs]),
  ];
  return [
    `${p.dataset}: ${p.objects.toLocaleString('en-US')} objects, ${formatBytes(p.bytes)}\n`,
    formatTable(['way', { title: 'days', align: 'right' }, 'needs'], ways),
    ...p.advice.map((line) => `- ${line}\n`),
    '\n',
  ].join('');
}

function folderText(f: FolderReport): string {
  const few = (title: string, names: readonly string[]): string =>
    names.length === 0 ? '' : `${title}:\n${names.map((n) => `  ${n}\n`).join('')}`;
  return [
    `${f.small.toLocaleString('en-US')} of the files are below 1 MB\n`,
    few('above 5 TB, which no device takes', f.tooLarge),
    few('keys above 1,024 bytes, which S3 does not take', f.tooLong),
    few(
      'folders with more than 500,000 entries; split them',
      f.crowded.map((c) => `${c.folder || '.'} (${c.entries.toLocaleString('en-US')})`),
    ),
    few('cannot be read', f.unreadable),
  ].join('');
}
