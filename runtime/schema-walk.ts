/** Finds the part of a schema that a path leads to. */
import type { z } from 'zod';
import type { Path } from './estate-text.ts';

type Schema = z.core.$ZodType;

/** Takes off defaults and `optional`. */
function bare(schema: Schema): Schema {
  const def = schema._zod.def as { type: string; innerType?: Schema };
  return (def.type === 'default' || def.type === 'optional') && def.innerType ? bare(def.innerType) : schema;
}

type Def = {
  readonly type: string;
  readonly shape?: Record<string, Schema>;
  readonly valueType?: Schema;
  readonly element?: Schema;
  readonly options?: readonly Schema[];
};
const defOf = (schema: Schema): Def => bare(schema)._zod.def;

/** Schemas that a value at the path may have: several where the schema gives a choice. */
export function schemasAt(root: Schema, path: Path): Schema[] {
  let here = choices(root);
  for (const name of path) {
    here = here.flatMap((s) => {
      const def = defOf(s);
      const next = def.shape?.[String(name)] ?? def.valueType ?? def.element;
      return next ? choices(next) : [];
    });
  }
  return here;
}

const choices = (schema: Schema): Schema[] => defOf(schema).options?.flatMap(choices) ?? [bare(schema)];

/** Keys that an object at the path may have. */
export const keysAt = (root: Schema, path: Path): string[] =>
  schemasAt(root, path).flatMap((s) => Object.keys(defOf(s).shape ?? {}));
