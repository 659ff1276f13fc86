// Loaded into a measured process: leaves the peak of its memory, in KiB, in the file that PEAK_FILE names.
import { writeFileSync } from 'node:fs';

const file = process.env.PEAK_FILE;
if (file) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
