/** All judges on one planted mistake at a time. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTemplates, type Template, type Templates } from '../../../scripts/diff-gate/compare.ts';
import { templates, type TemplateJson } from '../../infra/support/assembly.ts';
import { editable, type JudgeName, type Mistake } from '../planted/edit.ts';
import { workflows } from '../workflows/index.ts';
import { casesOf } from './cases.ts';
import { cfnLint } from './cfn-lint.ts';
import { unfrozen } from './frozen.ts';
import { iamFindings, simulatedTypes } from './iam.ts';
import { machinesOf } from './machines.ts';
import { nagFindings } from './nag.ts';
import { OWN, Validator } from './validator.ts';
import { lintMachines } from './workflow-linter.ts';

/** What each judge says of the estate as it stands. */
type Findings = Partial<Record<JudgeName, readonly string[]>>;

const prod = (): Templates =>
  Object.fromEntries([...templates].filter(([p]) => p.startsWith('prod/')) as unknown as [string, Template][]);

async function interpreted(): Promise<string[]> {
  const found = await Promise.all(
    machinesOf('prod').map(async ({ name, definition }) => {
      const workflow = workflows[name];
      if (!workflow) return [];
      // A definition that is no state machine at all is the linter's business.
      const cases = await casesOf(definition, workflow).catch(() => []);
      return Promise.all(cases.map(async (c) => [c.title, await c.run().catch(() => undefined)] as const));
    }),
  );
  return found.flat().flatMap(([title, wrong]) => (wrong ? [`${title}: ${wrong}`] : []));
}

const workflowTypes = ['AWS::StepFunctions::StateMachine', 'AWS::ECS::TaskDefinition'];

/** Types of the resources that are not in both templates alike. */
function changedTypes(a: TemplateJson, b: TemplateJson): Set<string> {
  const ids = [...Object.keys(a.Resources), ...Object.keys(b.Resources)];
  const differ = ids.filter((id) => JSON.stringify(a.Resources[id]) !== JSON.stringify(b.Resources[id]));
  return new Set(differ.map((id) => (a.Resources[id] ?? b.Resources[id])?.Type ?? ''));
}

export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'decant-judges-'));
  private readonly validator = new Validator(this.folder);
  private readonly before = new Map<string, Findings>();
  private readonly release = structuredClone(prod());
  private readonly toLint = new Map<Mistake, string>();

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What each judge finds that it did not find before the mistake; cfn-lint judges later (`lintAll`). */
  async judge(mistake: Mistake): Promise<Map<JudgeName, string>> {
    const { stack, make } = mistake;
    const original = templates.get(stack);
    if (!original) throw new Error(`no stack ${stack}`);
    if (!this.before.has(stack)) this.before.set(stack, await this.findings(stack, original));
    const planted = editable(original);
    make(planted);
    const template = JSON.parse(JSON.stringify(planted)) as TemplateJson;
    if (JSON.stringify(template) === JSON.stringify(original)) throw new Error(`${mistake.title}: nothing was planted`);
    if (mistake.caughtBy.includes('cfn-lint')) {
      const file = join(this.folder, `lint-${this.toLint.size}.template.json`);
      writeFileSync(file, JSON.stringify(template));
      this.toLint.set(mistake, file);
    }
    const store = templates as Map<string, TemplateJson>;
    store.set(stack, template);
    try {
      return this.added(
        this.before.get(stack) ?? {},
        await this.findings(stack, template, changedTypes(original, template)),
      );
    } finally {
      store.set(stack, original);
    }
  }

  /** What cfn-lint says of the mistakes that are its own: one run for all of them, at about half a second each. */
  async lintAll(): Promise<Map<Mistake, string>> {
    const found = await cfnLint([...this.toLint.values()]);
    return new Map(
      [...this.toLint].flatMap(([mistake, file]) => {
        const hit = found.find((f) => f.file === file);
        return hit ? [[mistake, `${hit.rule} ${hit.message}`] as const] : [];
      }),
    );
  }

  /** Judges that simulate and interpret are asked when what they look at has changed: they take a second each. */
  private async findings(stack: string, template: TemplateJson, changed?: ReadonlySet<string>): Promise<Findings> {
    const validated = this.validator.judge(stack, template);
    const said = (own: boolean): string[] =>
      validated.filter((f) => f.rule.startsWith(OWN) === own).map((f) => `${f.rule} ${f.what}`);
    const asked = (types: readonly string[]): boolean => !changed || types.some((t) => changed.has(t));
    const now = prod();
    return {
      'template validator': said(false),
      'own rules': said(true),
      'cdk-nag': nagFindings(this.folder, stack, template),
      'diff gate': compareTemplates({ [stack]: this.release[stack] ?? {} }, now).map((d) => `${d.logicalId} ${d.what}`),
      'frozen ids': unfrozen(now),
      ...(asked(simulatedTypes) && {
        'IAM simulation': await iamFindings('prod').catch((error: unknown) => [String(error)]),
      }),
      ...(asked(workflowTypes) && {
        'workflow linter': lintMachines('prod'),
        'workflow interpreter': await interpreted(),
      }),
    };
  }

  private added(before: Findings, after: Findings): Map<JudgeName, string> {
    const caught = new Map<JudgeName, string>();
    for (const [judge, findings] of Object.entries(after) as [JudgeName, readonly string[]][]) {
      const known = new Set(before[judge]);
      const fresh = findings.find((f) => !known.has(f));
      if (fresh) caught.set(judge, fresh);
    }
    return caught;
  }
}
