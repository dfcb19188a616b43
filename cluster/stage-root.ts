import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Parts } from './parts.js';

const KEPT_LINES = 40;

/** Programs and libraries of this machine stand for the base image, and cannot be changed. $2: whether files may be written. */
const ENTER = `
set -e
root=$1; writable=$2; bin=$3; cache=$4; target=$5; shift 5
mount --bind "$root" "$root"
for folder in bin sbin lib lib64 usr etc dev; do
  [ -e "/$folder" ] || continue
  mkdir -p "$root/$folder"
  mount --rbind "/$folder" "$root/$folder"
  [ "$folder" = dev ] || mount -o remount,bind,ro "$root/$folder"
done
mkdir -p "$root/proc" "$root/node-bin" "$root/tmp" "$root/root"
mount -t proc proc "$root/proc"
mount --bind "$bin" "$root/node-bin"
if [ "$writable" = yes ]; then
  mount -t tmpfs tmpfs "$root/tmp"
  [ -z "$target" ] || { mkdir -p "$root$target" "$cache" && mount --bind "$cache" "$root$target"; }
else
  mount -o remount,bind,ro "$root"
fi
exec chroot "$root" "$@"
`;

interface Running {
  readonly folder: string;
  /** Node sees nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** As `USER` says, `1000:1000`. Null: root, in a root that can be written. */
  readonly user: string | null;
  /** Where npm keeps what it has fetched: the cache of this machine. */
  readonly npmCache?: string | undefined;
}

export interface Ending {
  readonly code: number | null;
  readonly output: string;
}

/**
 * The root file system of a stage of the Dockerfile, without a container engine: a folder that is the root of processes in namespaces
 * of their own. Needs root on Linux.
 */
export class StageRoot {
  readonly folder: string;
  readonly #parts: Parts;

  constructor(parts: Parts, name: string) {
    // For the user of the image, too.
    this.folder = join(parts.folder, name);
    mkdirSync(this.folder);
    // The registry of this machine, and the like.
    const settings = join(homedir(), '.npmrc');
    if (existsSync(settings)) this.copy([settings], '/root/');
    this.#parts = parts;
  }

  /** As `COPY`: a folder is copied without itself, and a target that ends with a slash is a folder. */
  copy(sources: readonly string[], target: string): void {
    const to = join(this.folder, target);
    for (const source of sources) {
      const isFolder = statSync(source).isDirectory();
      const path = !isFolder && target.endsWith('/') ? join(to, basename(source)) : to;
      mkdirSync(dirname(path), { recursive: true });
      cpSync(source, path, { recursive: true, verbatimSymlinks: true });
    }
  }

  /** A process whose id in its own namespace is 1, as in a container. It ends with the run. */
  start(command: readonly string[], { folder, env, user, npmCache = '' }: Running): StageProcess {
    const isWritable = user === null ? 'yes' : 'no';
    const [uid = '0', gid = '0'] = (user ?? '0:0').split(':');
    const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    const confined = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
    const path = `PATH=/node-bin:/usr/local/bin:/usr/bin:/bin`;
    const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const inside = ['env', '-i', '-C', folder, path, `HOME=${user === null ? '/root' : '/'}`, ...pairs, ...command];
    const place = [resolve(this.folder), isWritable, dirname(process.execPath), join(homedir(), '.npm'), npmCache];
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
    const args = [...namespaces, 'sh', '-c', ENTER, 'sh', ...place, ...asUser, ...(user ? confined : []), ...inside];
    const started = new StageProcess(spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
    this.#parts.atEnd(() => started.kill());
    return started;
  }

  run(command: readonly string[], running: Running): Promise<Ending> {
    return this.start(command, running).ended;
  }
}

export class StageProcess {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => this.#keep(String(chunk)));
    this.ended = once(child, 'close').then(([code]) => ({ code, output: this.output }));
  }

  /** The last of what it printed. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** SIGTERM to process 1, as `docker stop` sends it. */
  stop(): Promise<Ending> {
    const { pid } = this.#child;
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    if (first) process.kill(Number(first), 'SIGTERM');
    return this.ended;
  }

  /** kill -9; --kill-child takes the processes inside along. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #keep(text: string): void {
    this.#lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    this.#lines.splice(0, this.#lines.length - KEPT_LINES);
  }
}
