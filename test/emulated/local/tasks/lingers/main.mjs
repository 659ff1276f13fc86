// A task that works until it is told to stop, and then needs a moment.
process.on('SIGTERM', () => setTimeout(() => process.exit(143), 300));
console.log('working');
setInterval(() => undefined, 1000);
