/** Names of a workbook's sheets, in their order, from its own table of contents. */
import { inflateRawSync } from 'node:zlib';
import { UserError } from '../errors.ts';

/** No table of contents is larger; a bomb is stopped here. */
const MAX_CONTENTS = 16 * 1024 * 1024;

export function sheetNames(bytes: Buffer): string[] {
  const xml = entry(bytes, 'xl/workbook.xml')?.toString('utf8');
  if (xml === undefined) throw new UserError('not a workbook: xl/workbook.xml is missing in it');
  return [...xml.matchAll(/<(?:\w+:)?sheet\s[^>]*?\bname="([^"]*)"/g)].map((m) => unescape(m[1] ?? ''));
}

const unescape = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);/gi, (_, name: string) => {
    const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
    return (
      named[name] ?? String.fromCodePoint(name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1)))
    );
  });

/** One file of a zip archive, found through its central directory. */
function entry(zip: Buffer, wanted: string): Buffer | undefined {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) return undefined;
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0 && at + 46 <= zip.length; n--) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === wanted) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const data = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data, { maxOutputLength: MAX_CONTENTS });
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}
