/** A package of the registry at one version, and the hash of its bytes as a lockfile has it. */
export interface PinnedPackage {
  name: string;
  version: string;
  integrity: string;
}

export function fetchOnce(folder: string, fill: (fresh: string) => void): void;
export function fetchPackage(folder: string, pinned: PinnedPackage, files: readonly string[]): void;
