/** One JSON object a line on stdout. Callers give ids, keys, counts and codes: never a value of a record. */

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Fields) => void;

/** Logs to a stream; every line carries `fixed`. */
export const jsonLog =
  (out: { write(line: string): unknown }, fixed: Fields = {}): Log =>
  (level, message, fields = {}) => {
    out.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fixed, ...fields })}\n`);
  };

/**
 * What may be logged of an error: its class and where it was thrown, not its message when it is not ours, since engines
 * and parsers quote the text that they choked on.
 */
export function describe(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error };
  const where = error.stack
    ?.split('\n')
    .find((l) => l.trimStart().startsWith('at '))
    ?.trim();
  const service = '$metadata' in error || isOurs(error) || 'syscall' in error;
  const cause = error.cause instanceof Error ? error.cause.name : undefined;
  return { error: error.name, reason: service ? error.message : undefined, cause, where };
}

/** Our own error classes have a name of their own and messages made of ids and counts. */
const isOurs = (error: Error): boolean =>
  error.name !== 'Error' && error.name !== 'TypeError' && error.name.endsWith('Error') && !/duckdb/i.test(error.name);
