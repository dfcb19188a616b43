import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** An operator installs the unit. */

const INSTALL = 'systemd-analyze is needed for this test: apt-get install systemd';
const unit = readFileSync(new URL('../../ops/systemd/phone-accounts.service', import.meta.url), 'utf8');
const lineOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

test('systemd knows every line of the unit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-unit-'));
  const path = join(folder, 'phone-accounts.service');
  // Node may be in another place here.
  writeFileSync(path, unit.replace('/usr/bin/node', process.execPath));
  const { error, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (error) throw new Error(INSTALL);
  expect(`${stdout}${stderr}`).toBe('');
});

test('it has the time that a stop takes, and starts what the runtime folder has', () => {
  // DRAIN_SECONDS is 5 in production.
  expect(Number(lineOf('TimeoutStopSec'))).toBeGreaterThanOrEqual(25);
  expect(lineOf('ExecStart')).toBe('/usr/bin/node /opt/phone-accounts/dist/main.js');
  expect(lineOf('Environment')).toBe('NODE_ENV=production');
  expect(lineOf('User')).not.toBe('root');
  // Without it Fastify cannot listen.
  expect(lineOf('RestrictAddressFamilies')).toContain('AF_NETLINK');
});
