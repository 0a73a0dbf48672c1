import { readFileSync, writeSync } from 'node:fs';

/** Preloaded (`--import`): at exit, writes peak memory in kB and processor time in ms to file descriptor 3. */
const PEAK_FD = 3;

/** The peak of this program in kB, and of it only: on Linux, getrusage includes the parent's memory before exec. */
export function peakKb() {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
}

process.on('exit', () => writeSync(PEAK_FD, `${peakKb()} ${cpuMs()}\n`));
