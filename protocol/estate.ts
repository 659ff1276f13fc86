/** The estate file `decant.yaml`: environments, sources and datasets with their contracts. */
import { z } from 'zod';
import { Connectivity } from './connectivity.ts';
import { Contract, holdsObject } from './contract.ts';
import { Embeddings } from './embeddings.ts';
import { Budget, Chat, Trail } from './operations.ts';
import { People, signIns } from './people.ts';
import { Prediction } from './prediction.ts';
import { Publish } from './publish.ts';
import { Snowball } from './snowball.ts';
import { Agent, CopyGrant, Kerberos, Size, Transfer } from './transfer.ts';

export const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must match ^[a-z][a-z0-9-]{0,39}$');

export const sourceKinds = [
  'folder',
  'nfs',
  'smb',
  'hdfs',
  'object-store',
  's3',
  'azure-blob',
  'efs',
  'postgresql',
  'sqlserver',
] as const;
export type SourceKind = (typeof sourceKinds)[number];

export const Source = z.strictObject({
  kind: z.enum(sourceKinds),
  description: z.string().optional(),
  /** Where it is: a path, `host:/export`, `//host/share`, a URL, a bucket or `fs-…:/folder`. */
  location: z.string().optional(),
  /** Environments that it belongs to. @default all */
  environments: z.array(Name).min(1).optional(),
  /** DataSync agents of the environment that reach it, four of each mode at most. */
  agents: z.array(Name).min(1).max(8).optional(),
  /** Secrets Manager secret (name or ARN) with nothing but the password, secret key, SAS token or Kerberos keytab. */
  secret: z.string().optional(),
  /** smb, hdfs: who signs in. object-store: the access key, which is no secret. */
  user: z.string().optional(),
  /** smb: Windows domain. */
  domain: z.string().optional(),
  /** smb, hdfs: sign in with Kerberos; the secret holds the keytab, in binary. */
  kerberos: Kerberos.optional(),
  /** hdfs: key provider of an encrypted cluster, such as kms://http@kms.example.com:9600/kms. */
  keyProvider: z.string().optional(),
  /** object-store: certificate chain (PEM) of a store whose certificate no public authority signed. */
  certificate: z.string().optional(),
  /** object-store, azure-blob: take object tags along; the store must support them. */
  tags: z.boolean().optional(),
  /** efs: subnet that DataSync reads from; in an availability zone that has a mount target. */
  subnet: z
    .string()
    .regex(/^subnet-[a-f0-9]+$/, 'must be the id of a subnet')
    .optional(),
  /** efs: security groups of the mount target. */
  securityGroups: z
    .array(z.string().regex(/^sg-[a-f0-9]+$/, 'must be the id of a security group'))
    .min(1)
    .max(5)
    .optional(),
  /** s3: account and Region of the bucket. */
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits, in quotes')
    .optional(),
  region: z.string().optional(),
  /** ARN of the key that the bucket's objects, or else the secret, are encrypted with. */
  kmsKey: z.string().optional(),
  /** s3: leave to read the bucket. */
  grant: CopyGrant.optional(),
});

export type Source = z.infer<typeof Source>;

export const Quotas = z.strictObject({
  /** Fargate On-Demand vCPU quota of the account. AWS gives new accounts 6. */
  fargateVcpu: z.int().positive().default(6),
});

export const TaskSize = z.strictObject({
  vcpu: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)]).default(2),
  memoryGiB: z.int().min(2).max(120).default(8),
  /** Scratch disk, 21 to 200. */
  scratchGiB: z.int().min(21).max(200).default(100),
});

export const ShardSize = z.strictObject({
  maxObjects: z.int().min(1).max(1000).default(1000),
  /** Raw MiB of a shard, and the size above which an object is cut. */
  maxMiB: z.int().min(1).max(8192).default(2048),
});

export const Environment = z
  .strictObject({
    kind: z.enum(['local', 'dev', 'prod']),
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be 12 digits, in quotes')
      .default('000000000000'),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a Region such as eu-central-1')
      .default('us-east-1'),
    zones: z.array(z.string()).min(1).max(3).optional(),
    cidr: z.string().default('10.64.0.0/20'),
    quotas: Quotas.default({ fargateVcpu: 6 }),
    task: TaskSize.default({ vcpu: 2, memoryGiB: 8, scratchGiB: 100 }),
    shard: ShardSize.default({ maxObjects: 1000, maxMiB: 2048 }),
    /** Seconds that the arrivals function gathers events before it packs them; a lone object starts within 60 s. */
    gatherSec: z.int().min(0).max(30).default(20),
    /** Athena: bytes that one query may scan, in GiB. */
    scanLimitGiB: z.int().positive().default(1024),
    /** Who is told of alarms. */
    alarmEmails: z.array(z.email()).default([]),
    /** Data goes with the stacks. Allowed outside prod only. */
    deleteData: z.boolean().default(false),
    /** prod: years that evidence stays locked (COMPLIANCE). */
    evidenceYears: z.int().min(1).max(100).optional(),
    tags: z.record(z.string(), z.string()).default({}),
    connectivity: Connectivity.prefault({}),
    agents: z.record(Name, Agent).default({}),
    snowball: Snowball.optional(),
    people: People.default({}),
    trail: Trail.default({ dataEvents: false }),
    lakeFormation: z.boolean().default(false),
    budget: Budget.optional(),
    chat: Chat.optional(),
    /** When the crawler looks over the transformed bucket; `cron(…)`. @default by hand: `decant crawl` */
    crawl: z.string().optional(),
    /** Where images are built: on the machine that deploys, or by CodeBuild from the source asset. */
    images: z.enum(['here', 'aws']).default('here'),
    embeddings: Embeddings.prefault({}),
    prediction: Prediction.optional(),
    publish: Publish.optional(),
  })
  .refine((e) => e.kind !== 'prod' || !e.deleteData, {
    path: ['deleteData'],
    message: 'prod never deletes data; remove deleteData',
    when: holdsObject,
  })
  .refine((e) => e.kind !== 'prod' || e.evidenceYears !== undefined, {
    path: ['evidenceYears'],
    message: 'prod must state how many years evidence stays locked',
    when: holdsObject,
  })
  .refine((e) => e.kind !== 'local' || e.images !== 'aws', {
    path: ['images'],
    message: 'an embedded AWS builds no images; remove images',
    when: holdsObject,
  })
  .refine((e) => e.kind !== 'local' || e.embeddings?.vectors !== 's3-vectors', {
    path: ['embeddings', 'vectors'],
    message: 'an embedded AWS has no S3 Vectors; remove vectors, or say exact',
    when: holdsObject,
  })
  .refine((e) => e.embeddings?.callers?.every((arn) => arn.split(':')[4] === e.account) ?? true, {
    path: ['embeddings', 'callers'],
    message: 'a role of another account cannot be granted anything here; name a role of this account',
    when: holdsObject,
  })
  .refine((e) => e.kind === 'local' || e.account !== '000000000000', {
    path: ['account'],
    message: 'give the 12-digit AWS account',
    when: holdsObject,
  })
  .refine((e) => signIns(e.people).every((arn) => arn.split(':')[4] === e.account), {
    path: ['people'],
    message: 'a SAML provider signs in to roles of its own account only; give the provider of this account',
    when: holdsObject,
  });
export type Environment = z.infer<typeof Environment>;

export const Dataset = z.strictObject({
  source: Name,
  description: z.string().optional(),
  contract: Contract,
  transfer: Transfer.optional(),
  size: Size.optional(),
});
export type Dataset = z.infer<typeof Dataset>;

export const Estate = z.strictObject({
  /** Prefix of stacks and names. */
  estate: Name,
  environments: z.record(Name, Environment),
  sources: z.record(Name, Source),
  datasets: z.record(Name, Dataset),
});
export type Estate = z.infer<typeof Estate>;
