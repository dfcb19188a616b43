import { readFile } from 'node:fs/promises';
import { projectFolder } from '../platform/project-folder.js';
import { StartupError } from '../platform/startup-error.js';
import type { Channel } from '../texts/channel.js';
import { listedPrice, type PriceFile, type PriceList, priceListOf, readPriceFile } from './price-list.js';

const SHIPPED = new URL('assets/prices.json', projectFolder);

/**
 * The prices that come with the product, or the operator's.
 * @param channels those that codes are sent by: each needs a price
 * @throws StartupError if the operator's file cannot be used
 */
export async function loadPriceList(file: string | null, channels: readonly Channel[]): Promise<PriceList> {
  const shipped = await read(SHIPPED, 'assets/prices.json');
  const list = priceListOf(shipped, file === null ? null : await read(file, `PRICES_FILE (${file})`));
  const without = channels.find((channel) => listedPrice(list, channel, null) === null);
  if (without !== undefined) {
    throw new StartupError(
      `PRICES_FILE (${file}) has no price "other" for ${without}. In another currency than USD, it needs one for each channel.`,
    );
  }
  return list;
}

async function read(path: URL | string, name: string): Promise<PriceFile> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(`${name} cannot be read (${error.code}).`);
  });
  const reading = readPriceFile(content);
  if (reading.kind === 'unreadable') throw new StartupError(`${name} cannot be used: ${reading.problem}.`);
  return reading.file;
}
