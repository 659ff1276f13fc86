/** Rules over the autonomous system numbers of AWS's side. */
import type { Path } from '../estate-text.ts';
import { show, type Complaint } from '../estate-words.ts';

/** Numbers that nobody owns (RFC 6996), which AWS takes for its side of a session. */
const isPrivate = (asn: number): boolean =>
  (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);

export const asnRules = (path: Path, asn: unknown): Complaint[] =>
  typeof asn === 'number' && !isPrivate(asn)
    ? [{ path, message: `${show(asn)} is not a private ASN; 64512 to 65534, or 4200000000 to 4294967294` }]
    : [];
