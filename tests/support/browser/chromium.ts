import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, launch } from 'puppeteer-core';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const UNPACK = fileURLToPath(new URL('./unpack-chromium.mjs', import.meta.url));

/** Names that lead to this machine, as a stranger's name can be made to. No other name leads anywhere. */
export const FOREIGN_HOST = 'evil.test';
export const PUBLIC_HOST = 'accounts.test';

const ARGUMENTS = [
  // There is none for root, and none in most containers. Every page it opens is one of these tests.
  '--no-sandbox',
  '--disable-gpu',
  // For less processor time: fewer processes, of which each takes a quarter of a second to start.
  '--in-process-gpu',
  '--renderer-process-limit=1',
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
  '--lang=en-US',
  `--host-resolver-rules=MAP ${FOREIGN_HOST} 127.0.0.1, MAP ${PUBLIC_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
];

/** Fonts that come with the browser and no others, so that pages look the same on every machine. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Another browser than the one that comes with the packages; null: that one. Its pages look different. */
export const givenChromium = process.env['CHROMIUM'] || null;

/** A real browser without a window. It reaches nothing but this machine. */
export async function launchChromium(): Promise<Browser> {
  const settings = { args: ARGUMENTS, headless: 'shell', pipe: true } as const;
  if (givenChromium !== null) return launch({ ...settings, executablePath: givenChromium });
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(HELP);
  const folder = await unpacked();
  const home = await mkdtemp(join(folder, 'home-'));
  try {
    const env = {
      HOME: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      // Libraries that many systems lack, and the same ones everywhere.
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      TZ: 'UTC',
      LANG: 'en_US.UTF-8',
    };
    const browser = await launch({ ...settings, env, executablePath: join(folder, 'chromium') });
    browser.once('disconnected', () => void rm(home, { recursive: true, force: true, maxRetries: 5 }));
    return browser;
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw new Error(`${HELP} This one does not start here: ${error instanceof Error ? error.message : error}`);
  }
}

const HELP =
  'The browser among the packages is for Linux (glibc) on x64. Elsewhere, set CHROMIUM to the path of a Chromium or ' +
  'Chrome: CHROMIUM="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" npm test.';

/**
 * The folder of the browser, unpacked once per version and installation. It gets its name when it is complete, so that
 * runs side by side, and runs after one that was killed, find all of it or nothing.
 */
async function unpacked(): Promise<string> {
  const manifest = await readFile(join(MODULES, '@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const cache = join(MODULES, '.cache', 'phone-accounts');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'unpacking-'));
  try {
    // It brings its libraries along only where it takes the system for Amazon Linux 2023.
    const env = { TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
    await promisify(execFile)(process.execPath, [UNPACK], { env });
    await writeFile(join(fresh, 'fonts.conf'), FONTS);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Somebody else was quicker.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
