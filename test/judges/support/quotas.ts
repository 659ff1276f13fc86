/** What the fixture's accounts have room for, and what a task of theirs takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type EnvironmentName, resourcesOf } from '../../infra/support/assembly.ts';
import type { State } from './machines.ts';

/** Fargate's default for an account (Amazon ECS, service quotas). */
const DEFAULT_VCPU = 6;

const { environments } = parse(readFileSync(join(import.meta.dirname, '../../fixtures/estate.yaml'), 'utf8')) as {
  environments: Record<string, { quotas?: { fargateVcpu?: number } }>;
};

export const fixtureQuota = (environment: EnvironmentName): number =>
  environments[environment]?.quotas?.fargateVcpu ?? DEFAULT_VCPU;

/** vCPU of the task that a state runs; 0 when it runs none. */
export function taskVcpu(environment: EnvironmentName, state: State): number {
  if (!state.Resource?.includes(':ecs:runTask')) return 0;
  const definitions = [...resourcesOf(environment, 'AWS::ECS::TaskDefinition').values()];
  const family = /task-definition\/([^:"/]+)/.exec(JSON.stringify(state))?.[1];
  const known = definitions.filter((d) => !family || d.Properties?.['Family'] === family);
  return Math.max(0, ...(known.length ? known : definitions).map((d) => Number(d.Properties?.['Cpu'] ?? 0) / 1024));
}
