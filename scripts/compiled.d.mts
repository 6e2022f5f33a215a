export const programs: Readonly<Record<string, string>>;
export function compiledFile(root: string, script: string): string;
export function stampOf(file: string): string;
export function areCompiled(root: string, record?: string): boolean;
