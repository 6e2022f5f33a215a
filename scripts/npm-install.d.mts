export function npmInstall(folder: string, args: readonly string[], env?: NodeJS.ProcessEnv): boolean;
export function npmInstallApart(folder: string, args?: readonly string[]): boolean;
