import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureAttributes } from '../../../local/attributes.ts';
import { ensurePython } from '../../../local/python.ts';

let python = '';
let attributes = '';
beforeAll(async () => {
  python = await ensurePython();
  attributes = await ensureAttributes(process.cwd());
}, 120_000);

/** Runs a program beside the emulator's code. The last line of what it says. */
function run(program: string): string {
  const done = spawnSync(python, ['-c', program], {
    encoding: 'utf8',
    cwd: join(process.cwd(), 'local'),
    env: {
      ...process.env,
      DECANT_LOCAL_CFN_ATTRIBUTES: attributes,
      DECANT_LOCAL_DATA: '/nonexistent',
      PERSIST_STATE: '0',
      LOG_LEVEL: 'CRITICAL',
    },
  });
  return `${done.stdout}${done.stderr}`.trim().split('\n').at(-1) ?? '';
}

/** Calls an operation whose handler is the given Python expression of `service` and `request`. */
const call = (operation: string, request: string, handler: string) =>
  run(`
from emulator.services import service as framework, store
store.open_file(":memory:")
service = framework.Service("datasync", invalid=("InvalidRequestException",), internal=("InternalException",))
service.operation("${operation}")(lambda request: ${handler})
try:
    print("answered", service.call("${operation}", ${request}))
except framework.ServiceError as error:
    print(error.status, error.code, error.message)
`);
const ARN = 'arn:aws:datasync:us-east-1:000000000000:task/task-0123456789abcdef0';
const throwing = (what: string) => `(_ for _ in ()).throw(${what})`;

describe('what a handler answers', () => {
  test('reaches the client when it fits the model, without what is None', () => {
    const said = call('DescribeTask', `{"TaskArn": "${ARN}"}`, '{"TaskArn": request["TaskArn"], "Name": None}');

    expect(said).toBe(`answered {'TaskArn': '${ARN}'}`);
  });

  test.each([
    ['has a member that the model does not know', '{"Colour": "red"}', "Unknown member 'Colour'"],
    ['has a value that is none of its enum', '{"Status": "FINE"}', 'satisfy enum value set'],
    ['has a value of another type', '{"CreationTime": "today"}', 'where the model wants a timestamp'],
  ])('is an internal error when it %s', (_, answer, message) => {
    const said = call('DescribeTask', `{"TaskArn": "${ARN}"}`, answer);

    expect(said).toMatch(/^500 InternalException .*the answer does not fit the model: /);
    expect(said).toContain(message);
  });

  test('is an internal error when the handler crashes', () => {
    const said = call('DescribeTask', `{"TaskArn": "${ARN}"}`, throwing('KeyError("lost")'));

    expect(said).toBe(`500 InternalException the embedded datasync failed: 'lost'`);
  });

  test('is an internal error when it is one that the operation does not declare', () => {
    const said = call('DescribeTask', `{"TaskArn": "${ARN}"}`, throwing('service.error("NoSuchTask", "gone")'));

    expect(said).toContain('500 InternalException the embedded datasync failed: the model does not declare NoSuchTask');
  });
});

describe('a value', () => {
  const cases = [
    ['datasync', 'NfsSubdirectory', '"/export/a\\u00a0b"', 'fits'],
    ['datasync', 'NfsSubdirectory', '"/export/é"', 'satisfy regular expression pattern'],
    ['datasync', 'ServerIpAddress', '"10.0.0.1"', 'fits'],
    ['datasync', 'ServerIpAddress', '"10.0.0.1x"', 'satisfy regular expression pattern'],
    ['snowball', 'JobId', '"JID123e4567-e89b-12d3-a456-426655440000"', 'fits'],
    ['snowball', 'JobId', '"x JID123e4567-e89b-12d3-a456-426655440000"', 'satisfy regular expression pattern'],
    ['directconnect', 'TagKey', '"Größe"', 'fits'],
    ['s3control', 'JobManifestGenerator', '{}', 'must have exactly one of'],
    ['datasync', 'BytesPerSecond', 'True', 'where the model wants a long'],
  ] as const;
  const secret = ['datasync', 'CreateLocationSmbRequest', '{"Password": "hunter2" * 20}'] as const;
  let found: string[] = [];
  beforeAll(() => {
    const asked = [...cases, secret].map(([service, shape, value]) => `("${service}", "${shape}", ${value})`);
    found = JSON.parse(
      run(`
import json
import botocore.session
from emulator.services.validation import problems
model = botocore.session.get_session().get_service_model
print(json.dumps([str(problems(model(s).shape_for(n), v) or "fits") for s, n, v in [${asked.join(', ')}]]))
`),
    ) as string[];
  });

  test.each(cases.map((c, i) => [...c, i] as const))('of %s %s: %s', (_service, _shape, _value, expected, i) => {
    expect(found[i]).toContain(expected);
  });

  test('that is secret is not repeated', () => {
    expect(found.at(-1)).toContain("at 'password'");
    expect(found.at(-1)).not.toContain('hunter2');
  });
});

describe('a release of the emulator', () => {
  const embedAfter = (change: string) =>
    run(`
${change}
from emulator.gaps import mend_all
mend_all()
from emulator.services import embed_all, store
store.FILE = ":memory:"
store.open_file = lambda path=":memory:", own=store.open_file: own(path)
embed_all()
print("embedded")
`);

  test('that is the tested one fits every service', () => {
    expect(embedAfter('')).toBe('embedded');
  });

  test('that brings a service itself stops the start with the service’s name', () => {
    const said = embedAfter(
      'from ministack.core import router; router.SERVICE_PATTERNS["datasync"] = {"target_prefixes": ["FmrsService"]}',
    );

    expect(said).toBe(
      'service datasync does not fit this release of the emulator: the emulator now has datasync itself',
    );
  });

  test('that brings a CloudFormation type itself stops the start', () => {
    const said = embedAfter(
      'from ministack.services.cloudformation import provisioners; provisioners._RESOURCE_HANDLERS["AWS::DataSync::Task"] = {}',
    );

    expect(said).toContain('the emulator now has AWS::DataSync::Task itself');
  });
});
