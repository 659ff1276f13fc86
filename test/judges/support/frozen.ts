/** Compares the stateful resources of templates with the table of frozen ids. */
import type { Templates } from '../../../scripts/diff-gate/compare.ts';
import { statefulTypes } from '../../../scripts/diff-gate/stateful.ts';
import { frozenIds } from '../frozen-ids.ts';

/** What is not as it was frozen, a line each. */
export function unfrozen(templates: Templates): string[] {
  const stacks = new Set([...Object.keys(frozenIds), ...Object.keys(templates).map((p) => p.split('/')[1] ?? '')]);
  return [...stacks].flatMap((stack) => {
    const frozen = frozenIds[stack] ?? {};
    const resources = Object.entries(templates[`prod/${stack}`]?.Resources ?? {}).filter(
      ([, r]) => statefulTypes[r.Type],
    );
    const there = Object.fromEntries(resources.map(([id, r]) => [id, r.Type]));
    return [
      ...Object.keys(frozen)
        .filter((id) => there[id] !== frozen[id])
        .map((id) => `${stack}: ${frozen[id]} ${id} is gone`),
      ...Object.keys(there)
        .filter((id) => frozen[id] === undefined)
        .map((id) => `${stack}: ${there[id]} ${id} is not frozen: enter it in test/judges/frozen-ids.ts`),
    ];
  });
}
