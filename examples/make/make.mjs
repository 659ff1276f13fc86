// Writes the example data into examples/data. Run `node examples/make/make.mjs` after a change; the result is committed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { molecules } from './molecules.mjs';
import { people, workbook } from './people.mjs';
import { seeded } from './random.mjs';

const out = join(import.meta.dirname, '..', 'data');
const write = (path, bytes) => {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), bytes);
};
const RDKit = await createRequire(import.meta.url)('@rdkit/rdkit')();
const r = seeded(42);

// Compounds: CSV, plain and compressed; two rows are damaged, and one file is of no format that the contract knows.
const compounds = molecules.map(({ name, smiles }, i) => {
  const mol = RDKit.get_mol(smiles);
  const mass = JSON.parse(mol.get_descriptors()).amw.toFixed(3);
  mol.delete();
  const registered = `2025-${String(r.int(1, 12)).padStart(2, '0')}-${String(r.int(1, 28)).padStart(2, '0')}`;
  return [
    `CMP-${String(i + 1).padStart(5, '0')}`,
    name,
    smiles,
    mass,
    registered,
    r.chance(0.2) ? 'light-sensitive, keep "dark"' : '',
  ];
});
compounds[20][4] = '2025-02-30'; // no such day
compounds[41][3] = 'n.d.'; // not a number
const cell = (v) => (/[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
const csv = (rows) =>
  ['compound_id,name,smiles,molar mass,registered,remark', ...rows.map((row) => row.map(cell).join(','))].join('\n') +
  '\n';
write('compounds/2025/first.csv', csv(compounds.slice(0, 40)));
write('compounds/2026/second.csv.gz', gzipSync(csv(compounds.slice(40)), { level: 9 }));
write('compounds/notes.txt', 'Shipped with the second delivery. Questions to the registration desk.\n');

// Assays: JSON Lines with lines that are no JSON, and values that are out of range.
const assays = [];
for (let i = 1; i <= 3000; i++) {
  const compound = r.pick(compounds)[0];
  assays.push(
    JSON.stringify({
      result_id: i,
      compound_id: compound,
      assay: r.pick(['hERG', 'CYP3A4', 'solubility', 'permeability']),
      ic50_nm: Number((10 ** (r.next() * 5)).toPrecision(4)),
      measured_at: new Date(Date.UTC(2026, r.int(0, 9), r.int(1, 28), r.int(0, 23), r.int(0, 59)))
        .toISOString()
        .replace('.000Z', r.chance(0.5) ? 'Z' : '+00:00'),
      replicate: r.int(1, 3),
    }),
  );
}
assays[99] = assays[99].slice(0, 40);
assays[1500] = 'EOF reached, resuming';
assays[2000] = assays[2000].replace(/"ic50_nm":[^,]+/, '"ic50_nm":-1');
assays[2500] = assays[2500].replace(/"replicate":\d/, '"replicate":1.5');
write('assays/plate-reader.jsonl', assays.join('\n') + '\n');

// Structures: an SDF with ragged properties; one molecule has a carbon of five bonds.
const sdf = molecules.map(({ name, smiles }, i) => {
  const mol = RDKit.get_mol(smiles);
  const block = mol.get_molblock().replace(/^.*\n/, `${name}\n`);
  mol.delete();
  const logS = (-r.next() * 6).toFixed(2);
  return `${block}> <ID>\n${i + 1}\n\n> <LOGS>\n${logS}\n\n${r.chance(0.3) ? '> <REMARK>\nmeasured twice\nmean is given\n\n' : ''}$$$$\n`;
});
sdf.splice(
  30,
  0,
  'pentavalent\n  example\n\n  6  5  0  0  0  0  0  0  0  0999 V2000\n' +
    Array.from({ length: 6 }, (_, i) => `${String(i).padStart(5)}.0000    0.0000    0.0000 C   0  0\n`).join('') +
    [2, 3, 4, 5, 6].map((n) => `  1  ${n}  1  0\n`).join('') +
    'M  END\n> <ID>\n999\n\n> <LOGS>\n0\n\n$$$$\n',
);
write('structures/solubility.sdf', sdf.join(''));

write('people/people.xlsx', await workbook(people()));
