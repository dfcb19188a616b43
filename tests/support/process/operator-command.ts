import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface CommandEnding {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OperatorCommand {
  /** Of the script: `keys-rotate` is what `npm run keys:rotate` runs. */
  readonly name:
    | 'admin'
    | 'costs'
    | 'delivery-try'
    | 'events'
    | 'keys-rotate'
    | 'messages'
    | 'migrate'
    | 'users-import'
    | 'pumping-lift'
    | 'pumping-list'
    | 'routes'
    | 'service-token'
    | 'users';
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a command as an operator does, and waits for its end. No env file of the developer is in its folder. */
export function runCommand({ name, args, env }: OperatorCommand): Promise<CommandEnding> {
  const script = fileURLToPath(new URL(`../../../scripts/${name}.js`, import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { cwd: tmpdir(), env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
