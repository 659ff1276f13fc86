// Arrows point one way: bin → lib → protocol; bin → cli → runtime → protocol; lambda, containers → runtime → protocol.
const only = (from, ...to) => ({
  name: `${from}-imports`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    pathNot: [from, ...to].map((d) => `^${d}/`).concat('node_modules', '^package\\.json$'),
    dependencyTypesNot: ['core'],
  },
});
const noCdk = {
  name: 'programs-never-import-cdk',
  severity: 'error',
  from: { path: '^(cli|lambda|containers|runtime|protocol|local)/' },
  to: { path: 'node_modules/(aws-cdk-lib|constructs)/' },
};
const noCrossHandler = {
  name: 'handlers-never-import-handlers',
  severity: 'error',
  from: { path: '^lambda/([^/]+)/' },
  to: { path: '^lambda/([^/]+)/', pathNot: '^lambda/$1/' },
};
module.exports = {
  forbidden: [
    only('protocol'),
    only('runtime', 'protocol'),
    only('lib', 'protocol', 'runtime/estate'),
    only('lambda', 'runtime', 'protocol'),
    only('containers', 'runtime', 'protocol'),
    only('cli', 'runtime', 'protocol', 'local'),
    only('bin', 'lib', 'cli', 'runtime', 'protocol', 'scripts', 'build'),
    noCdk,
    noCrossHandler,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // hucre is published as an ES module only.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
