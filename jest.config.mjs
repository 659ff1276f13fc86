// The SDK tells every process that a later Node will be needed in 2027; package.json says which Node is.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const common = {
  testEnvironment: '<rootDir>/test/jest/environment.cjs',
  transform: {
    '\\.(ts|mjs)$|/node_modules/(jose|@seriousme|hyparquet[a-z-]*|hysnappy|fzstd)/.*\\.js$':
      '<rootDir>/test/jest/transform.cjs',
  },
  // Published as ES modules only, which jest cannot load as they are.
  transformIgnorePatterns: ['/node_modules/(?!(hucre|zstddec|jose|@seriousme|hyparquet[a-z-]*|hysnappy|fzstd)/)'],
  modulePathIgnorePatterns: ['<rootDir>/(build|cdk.out|coverage|.decant)/'],
};

const project = (name, more = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...more,
});

export default {
  maxWorkers: 2,
  // A busy machine is no reason to fail: this bound is for what hangs.
  testTimeout: 120_000,
  coverageProvider: 'v8',
  reporters: ['default', '<rootDir>/test/jest/counts.cjs'],
  projects: [
    project('unit'),
    project('drift'),
    project('infra', { globalSetup: '<rootDir>/test/jest/synth.cjs' }),
    project('judges', { globalSetup: '<rootDir>/test/jest/judge.cjs' }),
    project('emulated', {
      globalSetup: '<rootDir>/test/jest/emulator.cjs',
      globalTeardown: '<rootDir>/test/jest/emulator-down.cjs',
    }),
    project('spark'),
    project('e2e'),
  ],
};
