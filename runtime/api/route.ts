/** Which operation a request is for. */
import type { Operation } from './document.ts';

export type Route =
  | { readonly operation: Operation; readonly path: Readonly<Record<string, string>> }
  /** Methods that the path knows: none where there is no such path. */
  | { readonly operation: undefined; readonly allowed: readonly string[] };

const PLACEHOLDER = /^\{(.+)\}$/;

/** Values of the placeholders, decoded; undefined where the path does not fit. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const text = decode(given[i] ?? '');
    const name = PLACEHOLDER.exec(part)?.[1];
    if (text === undefined || (name === undefined && part !== text)) return undefined;
    if (name !== undefined) {
      if (text === '') return undefined;
      values[name] = text;
    }
  }
  return values;
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** Finds the operation. A path that is spelled out goes before one with a placeholder. */
export function route(operations: readonly Operation[], method: string, path: string): Route {
  const fits = operations
    .flatMap((operation) => {
      const values = matchPath(operation.path, path);
      return values ? [{ operation, path: values }] : [];
    })
    .sort((a, b) => Object.keys(a.path).length - Object.keys(b.path).length);
  return (
    fits.find((f) => f.operation.method === method) ?? {
      operation: undefined,
      allowed: [...new Set(fits.map((f) => f.operation.method))],
    }
  );
}
