/** Statements of IAM policies, and whether one speaks of a request. Unknown operators throw: a guess would hide a mistake. */

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Absent only beside NotAction, which this app's roles never use. */
  readonly Action: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: string | string[];
  readonly NotResource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** Values of condition keys of one request. */
export type Context = Readonly<Record<string, string>>;

export const many = <T>(v: T | T[] | undefined): T[] => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

/** IAM wildcards: `*` any text, `?` one character. */
export const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
  ).test(text);

type Test = (wanted: string, given: string) => boolean;

/** Operators that hold when one wanted value fits. */
const positive: Record<string, Test> = {
  StringEquals: (w, g) => w === g,
  StringLike: matches,
  ArnLike: matches,
  ArnEquals: matches,
  Bool: (w, g) => w === g,
  NumericEquals: (w, g) => Number(g) === Number(w),
  NumericLessThan: (w, g) => Number(g) < Number(w),
  NumericLessThanEquals: (w, g) => Number(g) <= Number(w),
  NumericGreaterThan: (w, g) => Number(g) > Number(w),
  DateLessThan: (w, g) => Date.parse(g) < Date.parse(w),
  DateGreaterThan: (w, g) => Date.parse(g) > Date.parse(w),
};

/** Operators that hold when no wanted value fits, an absent key included (IAM user guide, negated matching). */
const negative: Record<string, Test> = {
  StringNotEquals: (w, g) => w === g,
  StringNotLike: matches,
  ArnNotLike: matches,
  ArnNotEquals: matches,
  NumericNotEquals: (w, g) => Number(g) === Number(w),
};

function operatorHolds(operator: string, wanted: readonly string[], given: string | undefined): boolean {
  if (operator === 'Null') return wanted.includes(String(given === undefined));
  const plain = operator.replace(/^ForAnyValue:/, '').replace(/IfExists$/, '');
  const excludes = negative[plain];
  if (excludes) return given === undefined || !wanted.some((w) => excludes(w, given));
  const includes = positive[plain];
  if (!includes) throw new Error(`condition operator ${operator} is not judged here`);
  if (given === undefined) return operator.endsWith('IfExists');
  return wanted.some((w) => includes(w, given));
}

export function conditionHolds(condition: Statement['Condition'], context: Context): boolean {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) =>
      operatorHolds(operator, many(wanted).map(String), given.get(key.toLowerCase())),
    ),
  );
}

const names = (patterns: string | string[] | undefined, action: string): boolean =>
  many(patterns).some((p) => matches(p.toLowerCase(), action.toLowerCase()));

/** A statement speaks of the action on the resource, under the context's values. */
export const speaksOf = (s: Statement, action: string, resource: string, context: Context): boolean =>
  (s.NotAction ? !names(s.NotAction, action) : names(s.Action, action)) &&
  (s.NotResource
    ? !many(s.NotResource).some((r) => matches(r, resource))
    : many(s.Resource).some((r) => matches(r, resource))) &&
  conditionHolds(s.Condition, context);

export type Verdict = 'allowed' | 'denied' | 'not allowed';

/** What the statements of one policy, or of all policies of one kind, say. */
export function judge(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Context = {},
): Verdict {
  const hits = statements.filter((s) => speaksOf(s, action, resource, context));
  if (hits.some((s) => s.Effect === 'Deny')) return 'denied';
  return hits.some((s) => s.Effect === 'Allow') ? 'allowed' : 'not allowed';
}
