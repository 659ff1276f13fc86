/** The names of what `Fn::GetAtt` can ask of each CloudFormation type, read from aws-cdk-lib's generated classes. */
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from './root.ts';

/** `ref` is the class's name for what `Ref` gives, where it says so: `taskArn`. */
export type TypeAttributes = Record<string, { attrs: string[]; ref?: string }>;

/** Path of a JSON file with the attributes of all types; written anew when aws-cdk-lib is newer. About 1.5 s then. */
export async function ensureAttributes(root: string = projectRoot()): Promise<string> {
  const library = join(root, 'node_modules', 'aws-cdk-lib');
  const { version } = JSON.parse(await readFile(join(library, 'package.json'), 'utf8')) as { version: string };
  const file = join(root, 'build', 'local', `cfn-attributes-${version}.json`);
  if (await stat(file).catch(() => undefined)) return file;
  await mkdir(join(file, '..'), { recursive: true });
  const found = await readAttributes(library);
  await writeFile(`${file}.${process.pid}`, JSON.stringify(found));
  await rename(`${file}.${process.pid}`, file);
  return file;
}

/** Reads every `*.generated.js` of the library. Throws when they hold no type: their form has changed. */
export async function readAttributes(library: string): Promise<TypeAttributes> {
  const out: TypeAttributes = {};
  for (const area of await readdir(library)) {
    const names = await readdir(join(library, area, 'lib')).catch(() => []);
    for (const name of names.filter((n) => n.endsWith('.generated.js'))) {
      Object.assign(out, parseGenerated(await readFile(join(library, area, 'lib', name), 'utf8')));
    }
  }
  if (!out['AWS::S3::Bucket'])
    throw new Error(`no CloudFormation types found in ${library}; its generated files have changed`);
  return out;
}

/** The types of one generated file. */
export function parseGenerated(source: string): TypeAttributes {
  const classes = source.split('static CFN_RESOURCE_TYPE_NAME="').slice(1);
  return Object.fromEntries(
    classes.map((text) => {
      const attrs = [...new Set([...text.matchAll(/getAtt\("([^"]+)"/g)].map((m) => m[1] ?? ''))];
      const ref = /get \w+Ref\(\)\{return\{[^}]*?(\w+):this\.ref\b/.exec(text)?.[1];
      return [text.slice(0, text.indexOf('"')), { attrs, ...(ref ? { ref } : {}) }];
    }),
  );
}
