/** The shipping address: kept as a secret, since it names a person; made known to Snowball once. */
import {
  CreateAddressCommand,
  paginateDescribeAddresses,
  type Address,
  type SnowballClient,
} from '@aws-sdk/client-snowball';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { AddressError } from './errors.ts';

const Text = z.string().min(1).max(1024);

/** As the Snowball API spells it. A post office box is refused: AWS ships to none (Snowball Edge guide, limits). */
export const ShippingAddress = z.strictObject({
  Name: Text,
  Company: Text.optional(),
  Street1: Text.regex(/^(?!\s*p\.?\s*o\.?\s*box\b)/i, 'must be no post office box'),
  Street2: Text.optional(),
  Street3: Text.optional(),
  City: Text,
  StateOrProvince: Text.optional(),
  PrefectureOrDistrict: Text.optional(),
  Landmark: Text.optional(),
  Country: z.string().regex(/^[A-Z]{2}$/, 'must be a country code of two letters, such as DE'),
  PostalCode: Text,
  PhoneNumber: Text,
});
export type ShippingAddress = z.infer<typeof ShippingAddress>;

/** Reads an address from JSON text. Throws an AddressError that names every wrong field, and no value. */
export function parseAddress(text: string, where: string): ShippingAddress {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AddressError(`${where} is not JSON`);
  }
  const parsed = ShippingAddress.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((i) => `${i.path.join('.') || 'address'}: ${i.message}`);
  throw new AddressError(`${where} is no shipping address: ${faults.join('; ')}`);
}

export async function readAddress(secrets: SecretsManagerClient, secret: string): Promise<ShippingAddress> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  return parseAddress(SecretString ?? '', `secret ${secret}`);
}

/** Id of the address at Snowball: the one that is there already, or a new one. */
export async function addressId(snowball: SnowballClient, address: ShippingAddress): Promise<string> {
  for await (const page of paginateDescribeAddresses({ client: snowball }, {})) {
    const known = page.Addresses?.find((a) => a.AddressId && same(a, address));
    if (known?.AddressId) return known.AddressId;
  }
  const { AddressId } = await snowball.send(new CreateAddressCommand({ Address: address }));
  if (!AddressId) throw new AddressError('Snowball answered no id for the shipping address');
  return AddressId;
}

const same = (known: Address, wanted: ShippingAddress): boolean =>
  (Object.keys(ShippingAddress.shape) as (keyof ShippingAddress)[]).every((f) => known[f] === wanted[f]);
