// A task that says what it was given and ends with the exit code that it was told.
console.log(`scratch ${process.env.TMPDIR}`);
console.log(`leaked ${process.env.JEST_WORKER_ID ?? 'nothing'}`);
process.exit(Number(process.env.EXIT_CODE ?? 0));
