// npm run bpc [-- --check]
// Synthesizes examples/bpc/decant.yaml and writes what it deploys, stack by stack, into docs/bpc.md. With --check it only
// compares, and exits 1 when the page is behind.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'bpc.md');
const [BEGIN, END] = ['<!-- stacks: written by npm run bpc -->', '<!-- /stacks -->'];
/** Types named in a row; the rest is counted. */
const NAMED = 9;

function synthesized() {
  const out = mkdtempSync(join(tmpdir(), 'bpc-'));
  try {
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_VALIDATION: 'false', // `npx cdk synth --strict` judges it; here only resources are counted.
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, estate: 'examples/bpc/decant.yaml' }),
      },
    });
    if (status !== 0) throw new Error(stderr);
    const { artifacts } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    return Object.values(artifacts)
      .filter((a) => a.type === 'aws:cloudformation:stack')
      .map((a) => [a.displayName, JSON.parse(readFileSync(join(out, a.properties.templateFile), 'utf8')).Resources]);
  } finally {
    rmSync(out, { recursive: true });
  }
}

function row([stack, resources]) {
  const counts = new Map();
  for (const { Type } of Object.values(resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const named = most.slice(0, NAMED).map(([type, n]) => `${n} ${type.replace(/^AWS::/, '').replace('::', ' ')}`);
  const rest = most.slice(NAMED).reduce((sum, [, n]) => sum + n, 0);
  return `| ${stack} | ${Object.keys(resources).length} | ${named.join(', ')}${rest ? `, ${rest} others` : ''} |`;
}

const table = ['| stack | resources | of them |', '|---|---|---|', ...synthesized().map(row)].join('\n');
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
const written = text.slice(from, to).trim();
if (!process.argv.includes('--check')) writeFileSync(page, `${text.slice(0, from)}\n\n${table}\n\n${text.slice(to)}`);
else if (written !== table) {
  console.error('docs/bpc.md is behind; run npm run bpc');
  process.exitCode = 1;
}
