/** Reads values that have not passed the schema, so that one wrong value hides no other. */
export type Loose = Readonly<Record<string, unknown>>;
export const loose = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
