// The image's bill of materials beside its base: native packages that are installed, and packages that esbuild bundled.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { containerOptions } from '../bundle.mjs';

const root = join(import.meta.dirname, '..', '..');

/** Packages of other platforms are in the lock file, and never in an image. */
const elsewhere = ({ os, libc }) => (os && !os.includes('linux')) || (libc && !libc.includes('glibc'));

function installed(container) {
  const cwd = join(root, 'containers', container);
  const sbom = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const { packages } = JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8'));
  const here = ({ name }) => !elsewhere(packages[`node_modules/${name}`] ?? {}) && !name.endsWith('-musl');
  return { ...sbom, components: sbom.components.filter(here) };
}

/** Folder of the package that a bundled file belongs to; undefined for a file of our own. */
function packageFolder(file) {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return undefined;
  const [first, second] = file.slice(at + 'node_modules/'.length).split('/');
  return file.slice(0, at) + join('node_modules', first.startsWith('@') ? `${first}/${second}` : first);
}

async function bundled() {
  const { metafile } = await build({ ...containerOptions(), absWorkingDir: root, metafile: true, write: false });
  // What tree shaking has left out is in no output.
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = new Set(files.map(packageFolder).filter((f) => f && existsSync(join(root, f, 'package.json'))));
  return [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    const licenses = license ? [license.includes(' ') ? { expression: license } : { license: { id: license } }] : [];
    return { 'bom-ref': `${name}@${version}`, type: 'library', name, version, scope: 'required', purl, licenses };
  });
}

/** CycloneDX document of one container's image. */
export async function billOfMaterials(container) {
  const native = installed(container);
  const refs = new Set(native.components.map((c) => c['bom-ref']));
  const more = (await bundled()).filter((c) => !refs.has(c['bom-ref']));
  const components = [...native.components, ...more].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const known = new Set([native.metadata.component['bom-ref'], ...components.map((c) => c['bom-ref'])]);
  const dependencies = native.dependencies
    .filter(({ ref }) => known.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((d) => known.has(d)) }));
  return { ...native, components, dependencies };
}
