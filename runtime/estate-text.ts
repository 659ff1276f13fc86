/** The text of an estate file: where a value stands, and how it is written there. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';

export type Path = readonly PropertyKey[];

export interface Place {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface EstateText {
  /** The plain value; undefined where the text is not YAML. */
  readonly value: unknown;
  /** Errors of YAML itself, such as a key that stands twice. */
  readonly syntaxErrors: readonly (Place & { readonly message: string })[];
  /** Where the key or the list item of a path stands; the nearest parent's place for what is absent. */
  place(path: Path): Place;
  /** The value as written, without quotes or comments; undefined when it is no plain value. */
  written(path: Path): string | undefined;
  /** Paths of whole numbers that a 64-bit float cannot hold. */
  readonly roundedNumbers: readonly (Place & { readonly written: string })[];
}

/** Takes a text apart as YAML 1.2, in which `no` is text and 06705 is not octal. */
export function readEstateText(text: string): EstateText {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, version: '1.2', prettyErrors: false, uniqueKeys: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const roundedNumbers: (Place & { written: string })[] = [];
  const twice: (Place & { message: string })[] = [];
  visit(doc, {
    // The first of two equal keys is kept, so that both the repetition and what stands under the first are reported.
    Map(_, map) {
      const seen = new Set<string>();
      map.items = map.items.filter((pair) => {
        const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
        if (!seen.has(key)) return seen.add(key);
        twice.push({
          ...placeAt((pair.key as Node).range?.[0] ?? 0),
          message: `key "${key}" stands twice here; keep one`,
        });
        return false;
      });
    },
    Scalar(_, node) {
      if (typeof node.value === 'number' && Number.isInteger(node.value) && !Number.isSafeInteger(node.value)) {
        roundedNumbers.push({ ...placeAt(node.range?.[0] ?? 0), written: node.source ?? String(node.value) });
      }
    },
  });
  const { value, broken } = doc.errors.length ? { value: undefined, broken: [] } : plain(doc, placeAt);
  return {
    value,
    syntaxErrors: [
      ...[...doc.errors, ...doc.warnings].map((e) => ({ ...placeAt(e.pos[0]), message: e.message })),
      ...twice,
      ...broken,
    ],
    place: (path) => placeAt(offsetOf(doc, path)),
    written: (path) => {
      const node = step(doc, doc.contents, path)?.node;
      return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
    },
    roundedNumbers,
  };
}

/** Repetitions of one anchor, aliases within it included; far above any estate, far below what fills the memory (aliases of aliases). */
const REPETITIONS = 10_000;

type Complaint = Place & { readonly message: string };

/** The plain value; undefined, with the reasons, where an alias stands for none. */
function plain(doc: Document, placeAt: (offset: number) => Place): { value: unknown; broken: Complaint[] } {
  const broken: Complaint[] = [];
  let first = 0;
  visit(doc, {
    Alias(_, alias, path) {
      const offset = alias.range?.[0] ?? 0;
      first ||= offset;
      const target = alias.resolve(doc);
      const say = (what: string) => broken.push({ ...placeAt(offset), message: `*${alias.source} ${what}` });
      if (!target) say(`names no anchor; write &${alias.source} before the value that it repeats`);
      else if (path.includes(target)) say('stands within the value that it repeats; write that value out');
    },
  });
  if (broken.length > 0) return { value: undefined, broken };
  try {
    return { value: doc.toJS({ maxAliasCount: REPETITIONS }) as unknown, broken };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = `one anchor is repeated more than ${REPETITIONS} times, aliases within it included; write values out`;
    return { value: undefined, broken: [{ ...placeAt(first), message }] };
  }
}

interface Found {
  readonly node: Node | null;
  /** Where the key stands, or the item. */
  readonly offset: number;
}

/** Goes one path down; undefined where it ends early. */
function step(doc: Document, start: Node | null, path: Path): Found | undefined {
  let node = start;
  let offset = start?.range?.[0] ?? 0;
  for (const name of path) {
    const here: Node | null = isAlias(node) ? (node.resolve(doc) ?? null) : node;
    if (isMap(here)) {
      const pair = here.items.find((p) => String(isScalar(p.key) ? p.key.value : p.key) === String(name));
      if (!pair) return undefined;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(here)) {
      const item = here.items[Number(name)] as Node | undefined;
      if (!item) return undefined;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return undefined;
  }
  return { node, offset };
}

function offsetOf(doc: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const found = step(doc, doc.contents, path.slice(0, length));
    if (found) return found.offset;
  }
  return doc.contents?.range?.[0] ?? 0;
}
