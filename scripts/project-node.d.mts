/** What is asked of a running Node: `process` has it. */
export interface RunningNode {
  execPath: string;
  versions: { node: string };
  features: { typescript?: unknown };
  platform: string;
  arch: string;
  report: { getReport(): object };
}

export interface PinnedNode {
  version: string;
  /** By platform and processor, as `linux-x64`; what is kept of the package, its program first. */
  platforms: Record<string, { name: string; integrity: string; files: string[] }>;
}

export function atLeast(version: string, least: readonly [number, number]): boolean;
export function runsTypeScript(own: RunningNode): boolean;
export function projectNode(own?: RunningNode, cache?: string, pinned?: PinnedNode): string;
