import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BASELINES = join(ROOT, 'tests/inbox/screenshots');
/** Kept out of the repository. */
const FAILED = join(BASELINES, 'failed');
/** Pixels that may differ: processors round the edges of shapes differently. The smallest word has more. */
const TOLERATED = 40;

/** Set while the look of a page is changed on purpose: baselines are written instead of compared. */
const renewing = process.env['UPDATE_SCREENSHOTS'] === '1';

/**
 * Compares what a page looks like with NAME.png, or makes it the new one while renewing.
 * @param name in tests/inbox/screenshots, or a path from the root, such as `docs/pictures/sign-in`
 */
export async function expectScreenshot(name: string, shot: Uint8Array): Promise<void> {
  if (!renewing) return compareScreenshot(name, shot);
  await mkdir(dirname(baselineOf(name)), { recursive: true });
  await writeFile(baselineOf(name), shot);
}

/**
 * @param folder for the picture and what differs in it
 * @throws where it differs, with the places of both
 */
export async function compareScreenshot(name: string, shot: Uint8Array, folder = FAILED): Promise<void> {
  const baseline = baselineOf(name);
  const actual = PNG.sync.read(Buffer.from(shot));
  const expected = await readFile(baseline).then(
    (file) => PNG.sync.read(file),
    () => null,
  );
  if (expected === null)
    throw new Error(`There is no ${show(baseline)}. The page looks like ${await keep(folder, name, shot)}.`);
  const { width, height } = expected;
  if (actual.width !== width || actual.height !== height) {
    const sizes = `${actual.width} × ${actual.height} instead of ${width} × ${height}`;
    throw new Error(`${name} is ${sizes} pixels: ${await keep(folder, name, shot)}.`);
  }
  const difference = new PNG({ width, height });
  const differing = pixelmatch(expected.data, actual.data, difference.data, width, height, { threshold: 0.1 });
  if (differing <= TOLERATED) return;
  const [seen, marked] = [
    await keep(folder, name, shot),
    await keep(folder, `${name}.difference`, PNG.sync.write(difference)),
  ];
  throw new Error(
    `${differing} pixels differ from ${show(baseline)}: the page looks like ${seen}, what differs is red in ${marked}. ` +
      'If that is meant, run this test again with UPDATE_SCREENSHOTS=1.',
  );
}

async function keep(folder: string, name: string, image: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${basename(name)}.png`);
  await writeFile(file, image);
  return show(file);
}

const baselineOf = (name: string) => (name.includes('/') ? join(ROOT, `${name}.png`) : join(BASELINES, `${name}.png`));
const show = (file: string) => relative(ROOT, file);
