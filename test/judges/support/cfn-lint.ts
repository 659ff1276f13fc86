/** cfn-lint, in a Python environment of its own (test/judges/requirements.txt), on any number of templates at once. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensurePython } from '../../../local/python.ts';

/**
 * Rules that are off:
 * - W3005: CDK writes a dependency on the policy of a role beside the reference to the role, on purpose;
 * - W3010: zones come from the estate file, so that no synth needs the account to look them up.
 */
const OFF = ['W3005', 'W3010'];

/** What its command does; the command itself names the folder that the environment was made in. */
const RUN = 'from cfnlint.runner import main; main()';

export interface LintFinding {
  readonly rule: string;
  readonly file: string;
  readonly message: string;
  readonly path: string;
}

interface Said {
  readonly Rule: { Id: string };
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { Path?: (string | number)[] };
}

/** Findings of the template files, warnings included. */
export async function cfnLint(files: readonly string[]): Promise<LintFinding[]> {
  const python = await ensurePython({
    packages: {
      name: 'cfn-lint',
      lock: join(import.meta.dirname, '../requirements.txt'),
      what: 'cfn-lint into a Python environment of its own (once, about 100 MB)',
    },
    say: (text) => void process.stderr.write(`${text}\n`),
  });
  const args = ['-c', RUN, '--format', 'json', '--ignore-checks', ...OFF, '--', ...files];
  const said = await promisify(execFile)(python, args, { maxBuffer: 64 * 1024 * 1024 }).catch((error: unknown) => {
    const failed = error as { code?: unknown; stdout?: string; stderr?: string };
    // 2, 4, 8 and their sums tell of findings; 1 and 32 of a run that went wrong.
    if (typeof failed.code === 'number' && failed.code >= 2 && failed.code < 16) return { stdout: failed.stdout ?? '' };
    throw new Error(`cfn-lint failed: ${failed.stderr ?? String(error)}`, { cause: error });
  });
  return (JSON.parse(said.stdout) as Said[]).map((f) => ({
    rule: f.Rule.Id,
    file: f.Filename,
    message: f.Message,
    path: (f.Location.Path ?? []).join('/'),
  }));
}
