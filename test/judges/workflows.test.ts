import { beforeAll, describe, expect, it } from '@jest/globals';
import { environments } from '../infra/support/assembly.ts';
import { casesOf, type Case, unvisited } from './support/cases.ts';
import { machinesOf, statesOf } from './support/machines.ts';
import { print } from './support/print.ts';
import { lintMachines } from './support/workflow-linter.ts';
import { workflows } from './workflows/index.ts';

const machines = machinesOf('prod');

describe('the workflow linter', () => {
  it.each(environments)('finds nothing in %s', (environment) => {
    expect(lintMachines(environment)).toEqual([]);
  });
});

describe('the workflow interpreter', () => {
  const counts: string[] = [];
  print(() => counts);

  it('knows every workflow, and no other', () => {
    expect(machines.map((m) => m.name).sort()).toEqual(Object.keys(workflows).sort());
  });

  describe.each(machines.map((m) => [m.name, m] as const))('%s', (name, { definition }) => {
    const workflow = workflows[name] ?? { scenarios: [] };
    let cases: Case[] = [];
    beforeAll(async () => {
      cases = await casesOf(definition, workflow);
      counts.push(`workflow ${name}: ${statesOf(definition).length} states, ${cases.length} cases interpreted`);
    });

    it('has scenarios that enter every state', async () => {
      expect(await unvisited(definition, workflow)).toEqual([]);
    });

    it('goes as it should in every case', async () => {
      const wrong = await Promise.all(cases.map(async (c) => ({ case: c.title, wrong: await c.run() })));

      expect(cases.length).toBeGreaterThan(workflow.scenarios.length);
      expect(wrong.filter((w) => w.wrong)).toEqual([]);
    });
  });
});
