import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const docker = process.env['CDK_DOCKER'] ?? 'docker';
const engine = spawnSync(docker, ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore' }).status === 0;
const run = (...args: string[]) =>
  spawnSync(docker, ['run', '--rm', '--read-only', '--cap-drop', 'ALL', '--network=none', ...args], {
    encoding: 'utf8',
  });

(engine ? describe : describe.skip)(
  engine ? 'the transformer image' : 'the transformer image (skipped: no container engine)',
  () => {
    beforeAll(() => {
      execFileSync('npm', ['run', '-s', 'image', '--', '--stand-in-base'], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    }, 900_000);

    test.each(['amd64', 'arm64'])('is under 400 MB on %s, and is of that architecture', (arch) => {
      const [info] = JSON.parse(
        execFileSync(docker, ['image', 'inspect', `decant-transformer:${arch}`], { encoding: 'utf8' }),
      ) as [{ Size: number; Architecture: string }];

      expect(info.Architecture).toBe(arch);
      expect(info.Size).toBeLessThan(400e6);
    });

    test('runs its own entry point without a shell, as another user than root, on a read-only file system', () => {
      const user = run('--entrypoint', 'node', 'decant-transformer:amd64', '-e', 'console.log(process.getuid())');
      const write = run(
        '--entrypoint',
        'node',
        'decant-transformer:amd64',
        '-e',
        "require('fs').writeFileSync('/app/x', '')",
      );
      const scratch = run(
        '--entrypoint',
        'node',
        'decant-transformer:amd64',
        '-e',
        "require('fs').writeFileSync('/work/x', '')",
      );
      const bare = run('decant-transformer:amd64');

      expect(user.stdout.trim()).toBe('1000');
      expect(write.stderr).toContain('EROFS');
      expect(scratch.status).toBe(0);
      expect(bare.status).not.toBe(0);
      expect(bare.stdout + bare.stderr).toContain('RAW_BUCKET'); // names what it misses
    });

    test('loads its native engine and its chemistry', () => {
      const script = `
      const { createRequire } = require('module'); const r = createRequire('/app/main.mjs');
      (async () => {
        const { DuckDBInstance } = r('@duckdb/node-api');
        const c = await (await DuckDBInstance.create(':memory:')).connect();
        const rows = await (await c.runAndReadAll('select 42 as n')).getRows();
        const mol = (await r('@rdkit/rdkit')()).get_mol('OCC');
        console.log(rows[0][0], mol.get_smiles());
      })();`;

      const { stdout, stderr } = run('--entrypoint', 'node', 'decant-transformer:amd64', '-e', script);

      expect(stderr).toBe('');
      expect(stdout.trim()).toBe('42 CCO');
    });

    test('comes with a bill of materials that names what it carries', () => {
      const sbom = JSON.parse(readFileSync(join(root, 'build/image/sbom.cdx.json'), 'utf8')) as {
        bomFormat: string;
        components: { name: string }[];
      };

      expect(sbom.bomFormat).toBe('CycloneDX');
      expect(sbom.components.map((c) => c.name)).toEqual(expect.arrayContaining(['node-api', 'rdkit']));
    });
  },
);
