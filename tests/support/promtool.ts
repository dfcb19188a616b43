import { spawnSync } from 'node:child_process';

const INSTALL = 'promtool is needed for this test: apt-get install prometheus';

/** Prometheus's own check of its files, as Debian packages it. */
export function promtool(args: readonly string[], input = ''): { ok: boolean; said: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (error) throw new Error(INSTALL);
  return { ok: status === 0, said: `${stdout}${stderr}` };
}
