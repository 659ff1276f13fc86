/** Names that every engine takes unquoted, from headings that people wrote. */

/** Words that Athena or DuckDB do not take as a bare name. */
const reserved = new Set(
  (
    'all alter analyse analyze and any array as asc asymmetric between both by case cast check collate column constraint create cross cube ' +
    'deallocate default deferrable delete desc describe distinct do drop else end escape except execute exists extract false fetch for foreign ' +
    'from full grant group grouping having in initially inner insert intersect into is join lateral leading left like limit natural not null ' +
    'offset on only or order outer placing prepare primary qualify recursive references returning right rollup select skip some symmetric table ' +
    'then to trailing true union unique unnest using values variadic when where window with'
  ).split(' '),
);

/** `Molar Mass (g/mol)` → `molar_mass_g_mol`; `CompoundID` → `compound_id`; `Order` → `order_`. */
export function safeName(text: string): string {
  const name = text
    .replace(/^\$/, '')
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/([a-z0-9])([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z]{2})([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 100);
  if (!name) return 'column';
  if (reserved.has(name)) return `${name}_`;
  return /^\d/.test(name) ? `c_${name}` : name;
}

/** Empty headings get a name, repeated ones a number, compared without case as the engines do. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((given, i) => {
    const base = given.trim() === '' ? `column_${i + 1}` : given;
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
