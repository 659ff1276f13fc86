import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readReport } from '../../local/emulator.ts';
import { localFiles, readLocal } from '../../local/state.ts';
import { down, up } from '../../local/supervisor.ts';
import { App, type Status } from './app.ts';
import { buildImages, describeWithEngine, docker, inImage, root } from './engine.ts';

const SLOW_MS = 300_000;

interface ImageFacts {
  readonly Size: number;
  readonly Architecture: string;
}

describeWithEngine('the transformer image', () => {
  beforeAll(buildImages, 900_000);

  test.each(['amd64', 'arm64'])('is under 400 MB on %s, and is of that architecture', (platform) => {
    const [facts] = JSON.parse(docker('image', 'inspect', `decant-transformer:${platform}`)) as [ImageFacts];

    expect(facts.Architecture).toBe(platform);
    expect(facts.Size).toBeLessThan(400e6);
  });

  test('runs as another user than root', () => {
    expect(inImage('console.log(process.getuid())').stdout.trim()).toBe('1000');
  });

  test('writes nowhere but to its scratch folder', () => {
    const write = (path: string) => inImage(`require('fs').writeFileSync('${path}', '')`);

    expect(write('/app/x').stderr).toContain('EROFS');
    expect(write('/work/x').status).toBe(0);
  });

  test('names the setting that it misses when it is run bare', () => {
    const bare = inImage();

    expect(bare.status).not.toBe(0);
    expect(bare.stdout + bare.stderr).toContain('RAW_BUCKET');
  });

  test('loads its native engine and its chemistry', () => {
    const { stdout, stderr } = inImage(`
      const r = require('module').createRequire('/app/main.mjs');
      (async () => {
        const { DuckDBInstance } = r('@duckdb/node-api');
        const c = await (await DuckDBInstance.create(':memory:')).connect();
        const rows = await (await c.runAndReadAll('select 42 as n')).getRows();
        console.log(rows[0][0], (await r('@rdkit/rdkit')()).get_mol('OCC').get_smiles());
      })();`);

    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('42 CCO');
  });

  test('comes with a bill of materials that names what it carries', () => {
    const sbom = JSON.parse(readFileSync(join(root, 'build/image/sbom.cdx.json'), 'utf8')) as {
      bomFormat: string;
      components: { name: string }[];
    };

    expect(sbom.bomFormat).toBe('CycloneDX');
    expect(sbom.components.map((c) => c.name)).toEqual(
      expect.arrayContaining(['@duckdb/node-api', '@rdkit/rdkit', 'zod']),
    );
  });

  const estate = `
estate: boxed
environments:
  local: { kind: local, gatherSec: 0, deleteData: true, task: { vcpu: 1, memoryGiB: 2, scratchGiB: 21 } }
sources:
  lab: { kind: folder }
datasets:
  readings:
    source: lab
    contract:
      format: csv
      columns: [{ name: id, type: bigint, nullable: false }, { name: value, type: double }]
      tables: { readings: { keys: [id] } }
`;
  /** Large enough for a task to be met while it works. */
  const ROWS = 300_000;
  const csv = (first: number, rows: number) =>
    `id,value\n${Array.from({ length: rows }, (_, i) => `${first + i},${i / 2}\n`).join('')}`;

  describe('with which the embedded AWS runs its tasks', () => {
    const app = new App(join(root, 'build', 'test', 'containers'));
    const { data } = localFiles(app.dir);
    const containers = (...which: string[]) =>
      docker('ps', '--quiet', ...which, '--filter', `label=dev.decant.local=${data}`)
        .split('\n')
        .filter(Boolean);

    /** Does something to the first container that runs; one that ends meanwhile is no longer there. */
    async function onRunning<T>(act: (id: string) => T): Promise<T> {
      for (let patience = 2_000; patience > 0; patience--) {
        const [id] = containers();
        if (id !== undefined) return act(id);
        await sleep(30);
      }
      throw new Error('no task ran as a container');
    }

    /** Waits until so many objects are transformed, and their run has registered what it made. */
    async function arrived(objects: number) {
      const status = await app.settled('readings', (s) => s.objects.transformed === objects);
      while ((await app.json<Status>('status')).running.ingest > 0) await sleep(300);
      return status;
    }

    beforeAll(async () => {
      await down({ dir: app.dir });
      rmSync(app.dir, { recursive: true, force: true });
      mkdirSync(app.dir, { recursive: true });
      writeFileSync(app.path('decant.yaml'), estate);
      // A retry waits for a minute in the workflow; here a second is enough.
      await up({ dir: app.dir, containers: true, waitScale: 1 / 60 });
      await app.must('local', 'deploy');
    }, SLOW_MS);

    afterAll(() => app.stop(), SLOW_MS);

    test('says that tasks are containers', async () => {
      expect((await app.must('local', 'status')).out).toContain('run as containers');
    });

    test(
      'delivers rows, and leaves no container behind',
      async () => {
        await app.must('put', app.file('small.csv', csv(0, 3)), '--dataset', 'readings');
        await arrived(1);

        const rows = await app.query('select id, value from readings order by id');

        expect(rows).toEqual([
          { id: '0', value: '0.0' },
          { id: '1', value: '0.5' },
          { id: '2', value: '1.0' },
        ]);
        expect(containers('--all')).toEqual([]);
      },
      SLOW_MS,
    );

    test(
      'holds a task to the limits of its definition, and runs it again when its container is killed',
      async () => {
        await app.must('put', app.file('large.csv', csv(10, ROWS)), '--dataset', 'readings');
        const host = await onRunning((id) => {
          const [facts] = JSON.parse(docker('inspect', id)) as [{ HostConfig: object; Config: object }];
          docker('kill', id);
          return facts;
        });
        const status = await arrived(2);

        const [counted] = await app.query('select count(*) as n, count(distinct id) as ids from readings');
        const { tasksStarted } = await readReport((await readLocal(app.dir))?.endpoint ?? '');

        expect(host).toMatchObject({
          HostConfig: { Memory: 2048 * 2 ** 20, NanoCpus: 1e9, ReadonlyRootfs: true, CapDrop: ['ALL'], Init: true },
          Config: { User: '1000:1000' },
        });
        expect(status.rowsQuarantined).toBe(0);
        expect(counted).toEqual({ n: String(ROWS + 3), ids: String(ROWS + 3) });
        expect(tasksStarted).toBe(3);
      },
      SLOW_MS,
    );

    test(
      'removes the containers that a crash of the embedded AWS has left',
      async () => {
        await app.must('put', app.file('third.csv', csv(10 + ROWS, ROWS)), '--dataset', 'readings');
        await onRunning((id) => docker('pause', id));
        const { endpoint = '', pid = 0 } = (await readLocal(app.dir)) ?? {};
        // Those who watch the container, too: nobody is left who could end it.
        const watchers = (await readReport(endpoint)).tasks.map((t) => t.pid);
        for (const each of [pid, ...watchers]) process.kill(each, 'SIGKILL');
        expect(containers('--all')).toHaveLength(1);

        await app.must('local', 'down');

        expect(containers('--all')).toEqual([]);
      },
      SLOW_MS,
    );
  });
});
