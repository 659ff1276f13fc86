/** Sizes that Fargate sells. */
import type { Environment } from '../../protocol/estate.ts';

/** vCPU → least and most GiB, and the step between (ECS guide, task_definition_parameters, task size). */
const sizes: Record<number, { min: number; max: number; step: number }> = {
  1: { min: 2, max: 8, step: 1 },
  2: { min: 4, max: 16, step: 1 },
  4: { min: 8, max: 30, step: 1 },
  8: { min: 16, max: 60, step: 4 },
  16: { min: 32, max: 120, step: 8 },
};

/**
 * MiB that the task definition reserves. Local tasks are processes unless asked otherwise: what Fargate would refuse is rounded up, so that the
 * template is the same kind of template. Throws a RangeError that names the estate file's entry.
 */
export function reservedMemoryMiB(environmentName: string, { kind, task }: Environment): number {
  const size = sizes[task.vcpu];
  if (!size) throw new RangeError(`environments.${environmentName}.task.vcpu: Fargate has no ${task.vcpu} vCPU`);
  const fits = task.memoryGiB >= size.min && task.memoryGiB <= size.max && task.memoryGiB % size.step === 0;
  if (fits) return task.memoryGiB * 1024;
  if (kind === 'local') {
    const up = Math.ceil(task.memoryGiB / size.step) * size.step;
    return Math.min(size.max, Math.max(size.min, up)) * 1024;
  }
  throw new RangeError(
    `environments.${environmentName}.task.memoryGiB: ${task.memoryGiB} GiB do not go with ${task.vcpu} vCPU on Fargate; ` +
      `take ${size.min} to ${size.max} in steps of ${size.step}`,
  );
}

/**
 * Tasks of a backfill at a time, from the account's vCPU quota. One task's worth stays free, so that newly delivered
 * objects do not wait for the end of a bulk load.
 */
export const backfillConcurrency = ({ quotas, task }: Environment): number =>
  Math.max(1, Math.floor(quotas.fargateVcpu / task.vcpu) - 1);
