/** The rule packs of cdk-nag: findings that are accepted beside their resource or declined as a whole are told as such. */
import {
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Acceptance, acceptedAt } from './accept.ts';
import { declinedRules } from './declined-rules.ts';

/** Acceptances that some pack had use for; shared by the packs of one app, for most are for several of them. */
type Used = Set<Acceptance>;

/** A pack whose findings are acknowledged under their exact id, at the construct that they are about. */
class AcceptingPack implements IPolicyValidationPlugin {
  readonly name: string;
  private readonly pack: NagPack;
  private readonly used: Used;

  constructor(pack: NagPack, used: Used) {
    this.name = pack.name;
    this.pack = pack;
    this.used = used;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { violations } = this.pack.validate(context);
    for (const { ruleName, violatingResources } of violations) {
      for (const { constructPath = '' } of violatingResources) {
        const construct = at(context.appConstruct, constructPath);
        const reason = this.reason(construct, ruleName);
        if (reason) Validations.of(construct).acknowledge({ id: `${this.name}::${ruleName}`, reason });
      }
    }
    return { success: violations.length === 0, violations };
  }

  private reason(construct: IConstruct, ruleName: string): string | undefined {
    const finding = ruleName.slice(this.name.length + 1);
    for (const scope of [...construct.node.scopes].reverse()) {
      const hits = acceptedAt(scope).filter((a) => a.pattern.test(finding));
      for (const hit of hits) this.used.add(hit);
      if (hits[0]) return hits[0].reason;
    }
    const declined = declinedRules.find((d) => d.rule === finding);
    return declined && `${declined.reason} (${declined.decision})`;
  }
}

/** Comes after the packs: an acceptance that none of them had use for is a finding itself. */
class StaleAcceptances implements IPolicyValidationPlugin {
  readonly name = 'Acceptances';
  private readonly used: Used;

  constructor(used: Used) {
    this.used = used;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = context.appConstruct.node.findAll().flatMap((construct) =>
      acceptedAt(construct)
        .filter((a) => !this.used.has(a))
        .map((a) => stale(construct, a)),
    );
    return { success: violations.length === 0, violations };
  }
}

const stale = (construct: IConstruct, { finding, reason }: Acceptance): PolicyViolation => ({
  ruleName: 'Stale',
  description: `no rule pack finds ${finding} here; remove its accept(): ${reason}`,
  severity: 'error',
  violatingResources: [{ constructPath: construct.node.path, locations: [] }],
});

const at = (root: IConstruct, path: string): IConstruct =>
  path.split('/').reduce<IConstruct>((construct, id) => construct.node.findChild(id), root);

/** The packs, in the order in which they run. */
export function rulePacks(app: IConstruct): IPolicyValidationPlugin[] {
  const used: Used = new Set();
  const packs = [
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new HIPAASecurityChecks(app),
    new PCIDSS321Checks(app),
  ];
  return [...packs.map((pack) => new AcceptingPack(pack, used)), new StaleAcceptances(used)];
}
