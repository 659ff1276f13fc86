/** How datasets travel: agents, DataSync, copies between buckets. Snowball Edge is in snowball.ts. */
import { z } from 'zod';

/** A DataSync agent of an environment. Its ARN is known once `decant agent activate` has activated the running machine. */
export const Agent = z.strictObject({
  mode: z.enum(['basic', 'enhanced']).default('enhanced'),
  arn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:datasync:[a-z0-9-]+:\d{12}:agent\/agent-[0-9a-z]{17}$/,
      'must be the ARN of a DataSync agent',
    )
    .optional(),
});
export type Agent = z.infer<typeof Agent>;

/** How a file server's realm is signed in to. */
export const Kerberos = z.strictObject({
  principal: z.string().max(256),
  /** Text of krb5.conf. */
  krb5Conf: z.string().max(98_304),
  /** smb: DNS servers of the domain, two at most. */
  dns: z.array(z.string()).max(2).default([]),
});

export const ways = ['datasync', 'snowball', 'copy', 'terminal', 'put'] as const;

export const Bandwidth = z.strictObject({
  /** Megabits per second at all other hours; 0 is no limit. */
  mbps: z.number().nonnegative(),
  /** A different limit by day, in UTC: hours 0 to 23. */
  hours: z
    .strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(23), mbps: z.number().nonnegative() })
    .optional(),
});

export type Bandwidth = z.infer<typeof Bandwidth>;

export const Transfer = z.strictObject({
  /** @default datasync, or copy for a source of kind s3; put for a folder */
  by: z.enum(ways).optional(),
  /** DataSync task mode; it cannot be changed later. */
  mode: z.enum(['basic', 'enhanced']).default('enhanced'),
  /** @default transferred */
  verify: z.enum(['transferred', 'point-in-time', 'none']).default('transferred'),
  /** Folder below the source's location. @default the dataset's name */
  path: z.string().optional(),
  include: z.array(z.string()).default([]),
  exclude: z.array(z.string()).default([]),
  /** `rate(…)` or `cron(…)`, an hour apart at least. @default run by hand */
  schedule: z.string().optional(),
  bandwidth: Bandwidth.optional(),
  overwrite: z.enum(['always', 'never']).default('always'),
  /** What happens in raw when a file is gone at the source. */
  deleted: z.enum(['keep', 'remove']).default('keep'),
  /** Key in the work bucket of a list of paths; the task takes only those. */
  manifest: z.string().optional(),
  /** snowball: devices, one after the other. */
  devices: z.int().min(1).max(20).optional(),
});
export type Transfer = z.infer<typeof Transfer>;

/** What a dataset weighs, for plans, prices and slices. */
export const Size = z.strictObject({ objects: z.int().positive(), gigabytes: z.number().positive() });

/** A bucket of another account or Region that is copied from. */
export const CopyGrant = z.strictObject({
  /** The dated bucket-policy statement ends at this time; ISO 8601 with zone. */
  until: z.iso.datetime({ offset: true }),
  /** The bucket belongs to this app's accounts, so that the statement can be deployed; else it is printed for its owner. */
  ours: z.boolean().default(false),
});
export type CopyGrant = z.infer<typeof CopyGrant>;
