/** `decant dx`: what CloudFormation cannot do for Direct Connect. Each step leaves a record in the evidence bucket. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { Exit, UserError } from '../runtime/errors.ts';
import type { DxTarget } from '../runtime/dx/lines.ts';
import type { Evidence } from '../runtime/dx/record.ts';
import { writeJson } from './io.ts';
import { formatTable } from './table.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

interface Options extends TargetOptions {
  readonly dryRun?: boolean;
}
interface LoaOptions extends Options {
  readonly to: string;
}
interface MacsecOptions extends Options {
  readonly secret?: string;
  readonly atOnce?: boolean;
  readonly every: number;
  readonly wait: number;
}
interface FailoverOptions extends Options {
  readonly minutes: number;
  readonly every: number;
  readonly alone?: boolean;
  readonly stop?: boolean;
}
interface ReadyOptions extends Options {
  readonly every: number;
  readonly wait: number;
}

export const verb: Verb = {
  examples: [
    'decant dx ready --env prod',
    'decant dx ready --env prod --wait 3600',
    'decant dx loa zurich --env prod --to letters',
    'decant dx macsec zurich --env prod',
    'decant dx macsec zurich --env prod --dry-run',
    'decant dx accept --env prod',
    'decant dx accept partner --env prod --dry-run',
    'decant dx failover-test north --env prod --minutes 10',
    'decant dx failover-test north --env prod --stop',
  ],
  define(command, io) {
    const sub = (name: string, summary: string): Command =>
      withTarget(command.command(name).summary(summary).description(summary)).option(
        '--dry-run',
        'say what would be done, and change nothing',
      );
    sub('loa', 'download the letter of authorization (LOA-CFA) of a connection, and archive it')
      .argument('<connection>', 'name of a connection of the estate file')
      .option('--to <folder>', 'folder to write the PDF into', '.')
      .action((name: string, options: LoaOptions) => loa(name, options, io));
    every(
      sub(
        'macsec',
        'associate a MACsec key, and let the port refuse clear text once it encrypts; exits 3 until it does',
      ),
      5,
    )
      .argument('<port>', 'name of a connection or lag of the estate file')
      .option(
        '--secret <name>',
        'Secrets Manager secret with {"ckn": …, "cak": …} (default: macsecSecret of the estate file)',
      )
      .option('--at-once', 'refuse clear text without waiting for the port to encrypt: before the first traffic only')
      .option('--wait <seconds>', 'time for the port to take the key and to encrypt', wholeOf, 60)
      .action((name: string, options: MacsecOptions) => macsec(name, options, io));
    sub('accept', 'accept the hosted connections and hosted interfaces that the estate file names')
      .argument('[names...]', 'only these')
      .action((names: string[], options: Options) => accept(names, options, io));
    every(sub('failover-test', 'take the BGP sessions of an interface down for a while, and see them come back'), 10)
      .argument('<interface>', 'name of an interface of the estate file')
      .option('--minutes <n>', 'how long, 1 to 4320', minutesOf, 10)
      .option('--alone', 'do it although nothing else is up to carry the traffic')
      .option('--stop', 'end a test that is under way')
      .action((name: string, options: FailoverOptions) => failover(name, options, io));
    every(sub('ready', 'say whether data may travel over Direct Connect; exits 3 with what lacks'), 30)
      .option('--wait <seconds>', 'wait so long for it to be ready', wholeOf, 0)
      .action((options: ReadyOptions) => ready(options, io));
  },
};

const every = (command: Command, seconds: number): Command =>
  command.option('--every <seconds>', 'look so often', secondsOf, seconds);

function numberOf(text: string, least: number, most: number, whole = true): number {
  const n = Number(text);
  if (!(n >= least && n <= most) || (whole && !Number.isInteger(n)))
    throw new InvalidArgumentError(`"${text}" is not ${whole ? 'a whole' : 'a'} number from ${least} to ${most}`);
  return n;
}
const minutesOf = (text: string): number => numberOf(text, 1, 4320);
const wholeOf = (text: string): number => numberOf(text, 0, 7 * 86_400);
const secondsOf = (text: string): number => numberOf(text, 0.1, 3600, false);

async function open(options: Options, io: Io): Promise<{ target: DxTarget; evidence: Evidence | undefined }> {
  const found = await openTarget(options, io);
  const { s3Client } = await import('../runtime/aws.ts');
  return {
    target: { ...found, estate: found.estate.estate },
    evidence: options.dryRun ? undefined : { s3: s3Client(), bucket: found.places.evidenceBucket },
  };
}

/** The answer as JSON, or in words. */
function tell(io: Io, options: Options, value: object, words: string): void {
  if (options.json) writeJson(io, { dryRun: options.dryRun ?? false, ...value });
  else io.out.write(`${words}\n`);
}

async function loa(name: string, options: LoaOptions, io: Io): Promise<void> {
  const { target, evidence } = await open(options, io);
  const { fetchLetter } = await import('../runtime/dx/loa.ts');
  const { pdf, ...letter } = await fetchLetter(target, name, evidence);
  const file = join(options.to, `${target.estate}-${target.environmentName}-${name}-loa.pdf`);
  if (!options.dryRun) {
    await writeFile(file, pdf).catch((cause: unknown) => {
      throw new UserError(`${file} cannot be written: ${(cause as Error).message}`, { cause, exitCode: Exit.failed });
    });
  }
  tell(io, options, { ...letter, file }, `${file}${options.dryRun ? ' would be written' : ''}, ${pdf.length} bytes`);
}

async function macsec(name: string, options: MacsecOptions, io: Io): Promise<void> {
  const { target, evidence } = await open(options, io);
  const [{ setMacsec }, { readSecret }] = await Promise.all([
    import('../runtime/dx/macsec.ts'),
    import('../runtime/dx/secret.ts'),
  ]);
  const { secret, atOnce, dryRun } = options;
  const times = { pollMs: options.every * 1000, waitMs: options.wait * 1000 };
  const report = await setMacsec(target, { name, readSecret, secret, atOnce, dryRun, ...times }, evidence);
  const key = `key ${report.ckn.slice(0, 8)}… ${dryRun && report.keyAdded ? 'would be ' : ''}associated`;
  const port = report.encrypts ? 'encrypts' : 'does not encrypt yet';
  tell(io, options, report, `${name}: ${key}; the port ${port}, mode ${report.mode}`);
  if (report.done || dryRun) return;
  io.err.write(`configure the same key on the device of ${name}, then run this again\n`);
  io.exitCode = Exit.mismatch;
}

async function accept(names: string[], options: Options, io: Io): Promise<void> {
  const { target, evidence } = await open(options, io);
  const { acceptHosted } = await import('../runtime/dx/accept.ts');
  const dryRun = options.dryRun;
  const done = await acceptHosted(target, names, { ...(evidence && { evidence }), ...(dryRun && { dryRun }) });
  const rows = done.map((a) => [a.name, a.id, a.kind, a.state, a.accepted ? 'accepted' : '']);
  const words = done.length
    ? formatTable(['name', 'id', 'kind', 'state', ''], rows).trimEnd()
    : 'nothing is hosted here';
  tell(io, options, { hosted: done }, words);
}

async function failover(name: string, options: FailoverOptions, io: Io): Promise<void> {
  const { target, evidence } = await open(options, io);
  const { stopFailover, testFailover } = await import('../runtime/dx/failover.ts');
  if (options.stop && !options.dryRun) {
    const stopped = await stopFailover(target, name, evidence);
    return tell(
      io,
      options,
      { name, stopped },
      stopped ? `${name}: the test was ended` : `${name}: no test is under way`,
    );
  }
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  try {
    const { minutes, alone, dryRun } = options;
    const onState = (state: string, others: readonly string[]): void =>
      void io.err.write(`${name} is ${state}; up: ${others.join(', ') || 'nothing else'}\n`);
    const request = { name, minutes, alone, dryRun, pollMs: options.every * 1000, signal: controller.signal, onState };
    const report = await testFailover(target, request, evidence);
    const carried = report.carriedBy.join(', ') || 'no other interface';
    if (dryRun)
      return tell(io, options, report, `${name} would be down for ${minutes} minutes; up beside it: ${carried}`);
    const back = report.restored ? `back after ${report.seconds} s` : 'not back';
    tell(io, options, report, `${name} ${back}; carried by ${carried}`);
    if (!report.restored) io.exitCode = Exit.failed;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

async function ready(options: ReadyOptions, io: Io): Promise<void> {
  const { target, evidence } = await open(options, io);
  const [{ dxReady }, { archive }] = await Promise.all([
    import('../runtime/dx/ready.ts'),
    import('../runtime/dx/record.ts'),
  ]);
  const end = Date.now() + options.wait * 1000;
  let found = await dxReady(target);
  while (!found.ready && Date.now() < end) {
    io.err.write(`${found.lacks.length} lack: ${found.lacks[0]}\n`);
    await new Promise((resolve) => setTimeout(resolve, options.every * 1000));
    found = await dxReady(target);
  }
  const { lines, lacks } = found;
  const facts = { ready: found.ready, lacks, lines: lines && plain(lines) };
  const subject = target.environmentName;
  const key = evidence && lines && (await archive(evidence, { action: 'ready', subject, facts }));
  const words = lines ? 'ready: every line is up' : 'ready: no data travels over Direct Connect here';
  tell(io, options, { ready: found.ready, lacks, evidence: key }, found.ready ? words : lacks.join('\n'));
  if (!found.ready) io.exitCode = Exit.mismatch;
}

/** Maps as objects; without keys of BGP sessions, which AWS repeats. */
const plain = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, v: unknown): unknown => {
      if (name === 'authKey' || name === 'customerRouterConfig') return undefined;
      return v instanceof Map ? Object.fromEntries(v as Map<string, unknown>) : v;
    }),
  );
