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

/** Of the test estate's environments. */
const REGIONS = ['us-east-1', 'eu-central-1'];

/** What its command does; the command itself names the folder that the environment was made in. */
const RUN = 'from cfnlint.runner import main; main()';

/** Types that are newer than its schemas; rules/ has rules for them. */
const UNKNOWN = ['AWS::DirectConnect::ResiliencyGroup'];

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
  const args = ['-c', RUN, '--format', 'json', '--regions', ...REGIONS, '--ignore-checks', ...OFF, '--', ...files];
  const said = await promisify(execFile)(python, args, { maxBuffer: 64 * 1024 * 1024 }).catch((error: unknown) => {
    const failed = error as { code?: unknown; stdout?: string; stderr?: string };
    // 2, 4, 8 and their sums tell of findings; 1 and 32 of a run that went wrong.
    if (typeof failed.code === 'number' && failed.code >= 2 && failed.code < 16) return { stdout: failed.stdout ?? '' };
    throw new Error(`cfn-lint failed: ${failed.stderr ?? String(error)}`, { cause: error });
  });
  const known = (JSON.parse(said.stdout) as Said[]).filter(
    (f) => f.Rule.Id !== 'E3006' || !UNKNOWN.some((type) => f.Message.includes(`'${type}'`)),
  );
  return known.map((f) => ({
    rule: f.Rule.Id,
    file: f.Filename,
    message: f.Message,
    path: (f.Location.Path ?? []).join('/'),
  }));
}
