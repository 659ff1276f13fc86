// A task that works until it is told to stop, and then needs a moment.
import { setInterval, setTimeout } from 'node:timers';

process.on('SIGTERM', () => setTimeout(() => process.exit(143), 300));
console.log('working');
setInterval(() => undefined, 1000);
