// Jest's own sandbox for Node, with the arrays that native code makes: ONNX Runtime knows its answers by their class.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    Object.assign(this.global, { Float32Array, BigInt64Array });
  }
};
