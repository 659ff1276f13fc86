// The worked example: a workbook of 1,000 people in two sheets, with the damage that such workbooks have in practice.
import { writeXlsx } from 'hucre';
import { seeded } from './random.mjs';

const first =
  'Ada Alan Barbara Carl Dorothy Edsger Emmy Frances Grace Hedy Ivan Joan Katherine Linus Lise Maria Niels Otto Paul Rosalind'.split(
    ' ',
  );
// Names of several words, apostrophes, hyphens and accents must survive.
const last = [
  'Lovelace',
  'Turing',
  'Liskov',
  'Gauss',
  'Hodgkin',
  'van der Waals',
  'Noether',
  'Allen',
  'Hopper',
  "O'Neill",
  'Pavlov',
  'de la Cruz',
  'Johnson',
  'Pauling',
  'Meitner',
  'Goeppert Mayer',
  'Bohr',
  'Hahn',
  'Erdős',
  'Franklin-Gosling',
];
const streets = ['Main St', 'Oak Ave', 'Elm St', 'Harbor Rd', '2nd St Apt 4', 'Rue de l’Église', 'Park Ln'];
// Places of the north-east have ZIP codes that begin with 0.
const places = [
  ['Boston', 'MA', '02108'],
  ['Hartford', 'CT', '06103'],
  ['Newark', 'NJ', '07102'],
  ['Providence', 'RI', '02903'],
  ['Chicago', 'IL', '60601'],
  ['Seattle', 'WA', '98101'],
  ['Austin', 'TX', '78701'],
  ['Bern', 'NY', '12023'],
];
const domains = ['example.com', 'example.org', 'lab.example.net', 'mail.example.edu'];
const roles = ['chemist', 'biologist', 'data steward', 'operator', 'auditor'];

/** Rows of both sheets for `count` people. `edit` may change a person before the rows are made. */
export function people(count = 1000, seed = 7) {
  const r = seeded(seed);
  const borrower = [];
  const role = [];
  for (let id = 1; id <= count; id++) {
    const [city, state, zip] = r.pick(places);
    const name = `${r.pick(first)} ${r.pick(last)}`;
    const handle = `${name.split(' ')[0].toLowerCase()}.${id}`;
    const person = {
      id,
      full_name: r.chance(0.02) ? ` ${name}  ` : name,
      street: `${r.int(1, 999)} ${r.pick(streets)}`,
      city,
      state,
      // Excel turned some ZIP codes into numbers, and the leading zero is gone.
      zip_code:
        zip.startsWith('0') && r.chance(0.3) ? Number(zip) : r.chance(0.05) ? `${zip}-${r.int(1000, 9999)}` : zip,
      phone_home: r.chance(0.35)
        ? r.chance(0.5)
          ? null
          : r.pick(['N/A', '-'])
        : `(555) ${r.int(200, 999)}-${r.int(1000, 9999)}`,
      phone_cell: r.chance(0.15) ? null : `555-${r.int(200, 999)}-${r.int(1000, 9999)}`,
      email: r.chance(0.02) ? null : `${r.chance(0.1) ? handle.toUpperCase() : handle}@${r.pick(domains)}`,
    };
    borrower.push(person);
    for (const name of roles) if (r.chance(0.3)) role.push({ borrower_id: id, role_profile: name });
    if (r.chance(0.03)) role.push({ borrower_id: id, role_profile: r.pick(roles) }); // entered twice
  }
  // Damage that the contract sends to quarantine: no name, an address that is none, a ZIP code of letters.
  const damage = { 18: { full_name: null }, 401: { email: 'call the front desk' }, 734: { zip_code: 'unknown' } };
  for (const [id, value] of Object.entries(damage)) Object.assign(borrower[id - 1] ?? {}, value);
  return { borrower, role };
}

/** The workbook's bytes; every cell is written as Excel would hold it: numbers as numbers, text as text. */
export async function workbook({ borrower, role }) {
  const sheet = (name, rows) => {
    const columns = Object.keys(rows[0]);
    return { name, rows: [columns, ...rows.map((row) => columns.map((c) => row[c]))] };
  };
  return writeXlsx({ sheets: [sheet('borrower', borrower), sheet('role_profile', role)] });
}
