/** What everything that moves by DataSync is given. */
import type { SecurityStack } from '../../security/security-stack.ts';
import type { Buckets } from '../../storage/buckets.ts';

export interface DatasyncProps {
  readonly security: SecurityStack;
  readonly buckets: Buckets;
}
