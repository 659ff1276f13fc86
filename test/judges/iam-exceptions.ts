/** What some role may although nobody else may, and `*` resources that cannot be narrowed although the action takes one. */

export interface Exception {
  /** Begins the role's logical id. */
  readonly role: string;
  readonly actions: readonly string[];
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [];

export const boundedElsewhere: readonly { readonly action: string; readonly reason: string }[] = [
  {
    action: 'ecs:StopTask',
    reason: 'A task has its id when it runs; Step Functions asks for * (Step Functions guide, connect-ecs).',
  },
  {
    action: 'ecs:DescribeTasks',
    reason: 'A task has its id when it runs; Step Functions asks for * (Step Functions guide, connect-ecs).',
  },
];
