/** Acknowledges one finding of a rule pack beside the resource that it is about. */
import type { IConstruct } from 'constructs';

export interface Acceptance {
  /** Of the finding without its pack, as its writer gave it. */
  readonly finding: string;
  readonly pattern: RegExp;
  readonly reason: string;
}

const accepted = new WeakMap<IConstruct, Map<string, Acceptance>>();

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Accepts a finding at a construct and below it, in whichever packs report it.
 * @param finding Name of the rule and what it found, without the pack: `ECS2`, `IAM5[Resource::*]`. `{}` and tokens stand
 * for any text. A finding that is not there fails the synthesis, so that no acceptance outlives its cause.
 * @param reason What a reviewer is told: why this is right here, with the page where AWS says so.
 */
export function accept(construct: IConstruct, finding: string, reason: string): void {
  const literals = finding.split(/\{\}|\$\{Token\[[^\]]*\]\}/);
  const pattern = new RegExp(`^${literals.map(escaped).join('.*')}$`);
  const here = accepted.get(construct) ?? new Map<string, Acceptance>();
  accepted.set(construct, here.set(pattern.source, { finding, pattern, reason }));
}

/** What was accepted at just this construct. */
export const acceptedAt = (construct: IConstruct): readonly Acceptance[] => [
  ...(accepted.get(construct)?.values() ?? []),
];
