/** The prediction stack of the synthesized estate. */
import { resourcesOf, type EnvironmentName } from './assembly.ts';
import { resolve } from './resolve.ts';

export type Json = Record<string, unknown>;

/** Properties of the one resource of a type whose logical id begins so, without intrinsics. Throws where there is another number. */
export function only(environment: EnvironmentName, type: string, prefix = ''): Json {
  const hits = [...resourcesOf(environment, type)].filter(([id]) =>
    id.startsWith(`${environment}/prediction/${prefix}`),
  );
  if (hits.length !== 1) throw new Error(`${hits.length} of ${type} begin with ${prefix}`);
  return resolve(`${environment}/prediction`, hits[0]?.[1].Properties) as Json;
}
