/** What the worker is told: the arguments of the Spark job. */
import { z } from 'zod';
import { Dtype } from '../../protocol/bundle.ts';
import { Sensitivity } from '../../protocol/contract.ts';
import { EmbedArgs, type EmbedPlan } from '../../protocol/embeddings.ts';
import { UserError } from '../../runtime/errors.ts';

const Args = z.object({
  dataset: z.string().min(1),
  plan: z.string().min(1),
  bundle: z.string().min(1),
  dtype: Dtype,
  fingerprints: z.enum(['none', 'morgan']),
  sensitivity: Sensitivity,
  tables: z.string().min(1),
  quarantine: z.string().min(1),
  summary: z.string().min(1),
  run: z.string().regex(/^[A-Za-z0-9._-]+$/, 'must be letters, digits, dots, dashes and underscores'),
});
export type WorkerArgs = Readonly<z.infer<typeof Args>>;

/** Reads `--name value` and `--name=value`. Arguments of Glue itself are passed over. Throws a UserError that names what is missing. */
export function parseArgs(argv: readonly string[]): WorkerArgs {
  const told: Record<string, string> = {};
  for (let i = 0; i < argv.length; i += 1) {
    const [, name, value] = /^--([A-Za-z_-]+)(?:=(.*))?$/s.exec(argv[i] ?? '') ?? [];
    if (name && name in EmbedArgs) told[name] = value ?? argv[(i += 1)] ?? '';
  }
  const found = Args.safeParse(told);
  if (found.success) return found.data;
  const faults = found.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  throw new UserError(`embedder: ${faults.join('; ')}`);
}

const Tables = z.array(z.object({ table: z.string(), columns: z.array(z.string()), files: z.array(z.string()) }));
export type PlannedTable = EmbedPlan['tables'][number];

/** Tables of a plan: a list, or an object that has it as `tables`. A file or column that is named twice is read once. */
export function parsePlan(text: string): PlannedTable[] {
  const plan = parseJson(text);
  const found = Tables.safeParse(Array.isArray(plan) ? plan : (plan as { tables?: unknown } | null)?.tables);
  if (!found.success) throw new UserError('embedder: the plan is no list of {table, columns, files}');
  return found.data.map(({ table, columns, files }) => ({
    table,
    columns: [...new Set(columns)],
    files: [...new Set(files)],
  }));
}

/** Whether a plan is given itself, not the place of its file. */
export const isInline = (plan: string): boolean => /^\s*[[{]/.test(plan.replace(/^\ufeff/, ''));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UserError('embedder: the plan is no JSON', { cause });
  }
}
