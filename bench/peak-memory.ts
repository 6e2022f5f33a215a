import { readFileSync } from "node:fs";

/**
 * Bytes that this process had in memory at most. On Linux by the kernel's count for this very program: what
 * `process.resourceUsage` says there begins with what the process that started it had at that moment.
 */
export function peakBytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
