/** Reads declared environment variables at start-up. */
import type { Env } from '../protocol/env.ts';

/** The values of every declared variable. Throws once, listing every missing name. */
export function readEnv<const T extends Record<string, string>>(
  names: T,
  env: NodeJS.ProcessEnv = process.env,
): Record<keyof T, string> {
  const missing = Object.values(names).filter((n) => !env[n]);
  if (missing.length) throw new Error(`environment variables not set: ${missing.join(', ')}`);
  return Object.fromEntries(Object.entries(names).map(([k, n]) => [k, env[n] ?? ''])) as Record<keyof T, string>;
}

export type { Env };
