// npm run image [-- --platform amd64,arm64] [--stand-in-base]
// Builds the transformer's image for the platforms, checks its size, and writes its bill of materials to build/image/.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, isFresh } from './bundle.mjs';

const HELP = `usage: npm run image -- [--platform amd64,arm64] [--stand-in-base]

  --platform        architectures to build (default: amd64,arm64)
  --stand-in-base   build the base image from Debian and npm packages, for machines that reach no image registry

examples:
  npm run image
  npm run image -- --platform amd64 --stand-in-base`;

/** Bytes of an image at most: pull time counts in every start of a task. */
const MAX_IMAGE_BYTES = 400e6;

const root = join(import.meta.dirname, '..');
const docker = process.env.CDK_DOCKER ?? 'docker';

/** True when a container engine answers. */
export const engineRuns = () =>
  spawnSync(docker, ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore' }).status === 0;

const image = (arch) => `decant-transformer:${arch}`;
const build = (...args) =>
  execFileSync(docker, ['build', '--network=host', ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  });

function standInBase(arch) {
  const tag = `decant-base:${arch}`;
  const exists = spawnSync(docker, ['image', 'inspect', tag], { stdio: 'ignore' }).status === 0;
  if (!exists) execFileSync(join(root, 'scripts/image/base.sh'), [arch, tag], { stdio: ['ignore', 'ignore', 2] });
  return tag;
}

/** Builds one platform and returns its image name and size in bytes. */
function buildFor(arch, standIn) {
  const host = process.arch === 'x64' ? 'amd64' : process.arch;
  const bases = standIn
    ? ['--build-arg', `BASE_IMAGE=${standInBase(arch)}`, '--build-arg', `BUILD_IMAGE=${standInBase(host)}`]
    : [];
  build('--platform', `linux/${arch}`, ...bases, '-t', image(arch), 'build/containers/transformer');
  const [info] = JSON.parse(execFileSync(docker, ['image', 'inspect', image(arch)], { encoding: 'utf8' }));
  if (info.Size > MAX_IMAGE_BYTES) {
    throw new Error(
      `${image(arch)} has ${Math.round(info.Size / 1e6)} MB; at most ${MAX_IMAGE_BYTES / 1e6} MB are allowed`,
    );
  }
  return { image: image(arch), bytes: info.Size, user: info.Config.User };
}

/** Writes what the image carries beside its base, and returns the number of packages. */
async function writeSbom() {
  const { billOfMaterials } = await import('./image/sbom.mjs');
  const folder = join(root, 'build', 'image');
  mkdirSync(folder, { recursive: true });
  const sbom = await billOfMaterials('transformer');
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);
  return sbom.components.length;
}

async function main() {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', default: 'amd64,arm64' },
      'stand-in-base': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(HELP);
  if (!engineRuns()) {
    console.error(`no container engine answers to "${docker} version"; start one, or name its client in CDK_DOCKER`);
    process.exitCode = 1;
    return;
  }
  if (!isFresh()) await bundle();
  for (const arch of values.platform.split(',')) {
    const built = buildFor(arch, values['stand-in-base']);
    console.log(`${built.image}  ${Math.round(built.bytes / 1e6)} MB  user ${built.user}`);
  }
  console.log(`build/image/sbom.cdx.json  ${await writeSbom()} components`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
