/** Gathers what several files of one dataset have in common: inputs, columns, values. */
import { ColumnProfile, newBudget } from './column-profile.ts';

export interface GatheredColumn {
  /** Heading, key or property at the source. */
  readonly from: string;
  readonly profile: ColumnProfile;
  readonly files: Set<string>;
  /** Records that lack the key or property. */
  missing: number;
  /** Set where the type is declared by the file itself. */
  declared?: string;
}

export class GatheredInput {
  readonly name: string;
  readonly sheet: string | undefined;
  readonly columns = new Map<string, GatheredColumn>();
  readonly files = new Set<string>();
  rows = 0;
  /** Records with more or fewer cells than the first. */
  ragged = 0;
  private readonly budget = newBudget();

  constructor(name: string, sheet: string | undefined) {
    this.name = name;
    this.sheet = sheet;
  }

  column(from: string, file: string): GatheredColumn {
    let column = this.columns.get(from);
    if (!column) {
      column = { from, profile: new ColumnProfile(this.budget), files: new Set(), missing: this.rows };
      this.columns.set(from, column);
    }
    column.files.add(file);
    return column;
  }

  /** A record whose cells stand in the order of `columns`. */
  row(columns: readonly GatheredColumn[], cells: readonly (string | null)[]): void {
    this.rows++;
    if (cells.length !== columns.length) this.ragged++;
    for (const [i, column] of columns.entries()) column.profile.add(cells[i] ?? null);
  }

  /** A record of named values; keys that it lacks count as missing. */
  record(file: string, values: ReadonlyMap<string, { readonly text: string | null; readonly json?: boolean }>): void {
    for (const key of values.keys()) this.column(key, file);
    this.rows++;
    for (const column of this.columns.values()) {
      const value = values.get(column.from);
      if (value) column.profile.add(value.text, value.json);
      else {
        column.missing++;
        column.profile.add(null);
      }
    }
  }
}

/** Inputs by name. */
export class Gathered {
  readonly inputs = new Map<string, GatheredInput>();

  input(name: string, file: string, sheet?: string): GatheredInput {
    let input = this.inputs.get(name);
    if (!input) this.inputs.set(name, (input = new GatheredInput(name, sheet)));
    input.files.add(file);
    return input;
  }
}
