// ONNX Runtime's binding makes arrays of the process's own types and compares them with those of the test's sandbox:
// here they are the same. Asked for by the first comment of a test: @jest-environment ./test/jest/onnx-environment.cjs
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    Object.assign(this.global, { Float32Array, BigInt64Array });
  }
};
