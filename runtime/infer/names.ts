/** Names that every engine takes unquoted, from headings that people wrote. */

/** `Molar Mass (g/mol)` → `molar_mass_g_mol`; `CompoundID` → `compound_id`. */
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
