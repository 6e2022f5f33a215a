export interface LockedPackage {
  version?: string;
  /** Where a workspace is linked to. */
  resolved?: string;
  link?: boolean;
  optional?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
export type Lockfile = Record<string, LockedPackage>;

export function readLockfile(root: string): Lockfile;
export function everydayWorkspaces(locked: Lockfile): string[];
export function missingPackages(root: string, locked: Lockfile, workspaces: readonly string[]): string[];
export function installWorkspaces(root: string, workspaces: readonly string[]): void;
export function installSst(root: string): void;
