// Stops the embedded AWS that emulator.cjs started.
const { run } = require('./emulator.cjs');

module.exports = () => {
  run('down');
};
