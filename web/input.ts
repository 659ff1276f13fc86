/** What a person pasted: one structure a line. */

export interface Line {
  /** From 1, as an editor counts; blank lines count and are left out. */
  readonly number: number;
  readonly smiles: string;
  readonly name?: string;
}

/** Lines that hold something. Text after the first blank is a name, as in a .smi file; a byte-order mark is dropped. */
export function readLines(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) => {
      const [, smiles, name] = /^\s*(\S+)(?:\s+(.*\S))?\s*$/.exec(line) ?? [];
      if (smiles === undefined) return [];
      return [{ number: i + 1, smiles, ...(name === undefined ? {} : { name }) }];
    });
}
