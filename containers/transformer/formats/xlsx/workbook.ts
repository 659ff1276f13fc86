/** What a workbook says about itself: its sheets, and the styles that show numbers with leading zeros. */
import { ObjectError } from '../staged.ts';
import { MAX_WHOLE_BYTES, type Zip } from './zip.ts';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decode = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (all, hex: string | undefined, dec: string | undefined, name: string | undefined) =>
      name ? (entities[name] ?? all) : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(dec)),
  );

/** Attributes of every element of a name, whatever its prefix. */
export function* elementsOf(xml: string, element: string): Generator<Map<string, string>> {
  for (const [, body = ''] of xml.matchAll(new RegExp(`<(?:\\w+:)?${element}\\s([^>]*)>`, 'g')))
    yield attributesOf(body);
}

export function attributesOf(body: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of body.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found.set(name, decode(double ?? single ?? ''));
  return found;
}

export interface Sheet {
  readonly name: string;
  /** Entry of the ZIP container. */
  readonly path: string;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Style index → number format of zeros, such as 00000. */
  readonly padded: ReadonlyMap<number, string>;
  readonly macros: boolean;
}

/** Formats of zeros alone, and with dashes, blanks or points between them that are shown as they are. */
const ZEROS = /^(?:0|\\[- .]|"[^"]*"|-)*00(?:0|\\[- .]|"[^"]*"|-)*(?:;.*)?$/;

function paddedStyles(styles: string): Map<number, string> {
  const codes = new Map<string, string>();
  for (const format of elementsOf(styles, 'numFmt')) {
    const code = format.get('formatCode') ?? '';
    if (ZEROS.test(code))
      codes.set(format.get('numFmtId') ?? '', code.replace(/;.*$/, '').replace(/\\(.)/g, '$1').replaceAll('"', ''));
  }
  const padded = new Map<number, string>();
  const cells = /<(?:\w+:)?cellXfs[\s>][\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(styles)?.[0] ?? '';
  let index = 0;
  for (const style of elementsOf(cells, 'xf')) {
    const code = codes.get(style.get('numFmtId') ?? '');
    if (code) padded.set(index, code);
    index++;
  }
  return padded;
}

/** A whole number as the format shows it: `6705` by `00000` is `06705`. */
export function pad(value: number, format: string): string {
  const zeros = format.replace(/[^0]/g, '').length;
  const digits = String(value).padStart(zeros, '0');
  // More digits than zeros stand before the first one.
  let next = digits.length - zeros;
  return digits.slice(0, next) + format.replace(/0/g, () => digits[next++] ?? '');
}

/** Throws ObjectError where the container, or the workbook in it, is damaged. Inflates everything that is read later, once, under caps. */
export async function openWorkbook(zip: Zip): Promise<Workbook> {
  if (!zip.entries.has('xl/workbook.xml')) throw new ObjectError('wrong_format', 'the container holds no workbook');
  const targets = new Map<string, string>();
  for (const relation of elementsOf(await zip.text('xl/_rels/workbook.xml.rels'), 'Relationship')) {
    const target = relation.get('Target') ?? '';
    targets.set(relation.get('Id') ?? '', target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  }
  const sheets: Sheet[] = [];
  for (const sheet of elementsOf(await zip.text('xl/workbook.xml'), 'sheet')) {
    const id = [...sheet].find(([name]) => name.endsWith(':id'))?.[1] ?? '';
    sheets.push({ name: sheet.get('name') ?? '', path: targets.get(id) ?? '' });
  }
  const styles = [...targets.values()].find((t) => t.endsWith('styles.xml'));
  const strings = [...targets.values()].find((t) => t.endsWith('sharedStrings.xml'));
  if (strings && zip.entries.has(strings)) await zip.check(strings, MAX_WHOLE_BYTES);
  return {
    sheets,
    padded: styles && zip.entries.has(styles) ? paddedStyles(await zip.text(styles)) : new Map(),
    macros: zip.entries.has('xl/vbaProject.bin'),
  };
}
