// Compiles TypeScript for jest with esbuild alone: types are checked by tsc, so no second compiler is needed.
const { createHash } = require('node:crypto');
const { transformSync, version } = require('esbuild');

const options = {
  loader: 'ts',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  // jest's sandbox has no dynamic import: it becomes a require.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename', 'import.meta.url': '__metaUrl' },
  banner: "const __metaUrl = require('node:url').pathToFileURL(__filename).href;",
};

module.exports = {
  process: (source, sourcefile) => transformSync(source, { ...options, sourcefile }),
  getCacheKey: (source, file) =>
    createHash('sha256')
      .update(version + JSON.stringify(options) + file + source)
      .digest('hex'),
};
