import { readFile } from 'node:fs/promises';
import { projectFolder } from '../platform/project-folder.js';
import { StartupError } from '../platform/startup-error.js';
import type { Channel } from '../texts/channel.js';
import { listedPrice, type PriceFile, type PriceList, priceListOf, readPriceFile } from './price-list.js';

const SHIPPED = new URL('assets/prices.json', projectFolder);

/** What the prices must be good for. */
export interface PriceUse {
  /** Those that codes are sent by: each needs a price. */
  readonly channels: readonly Channel[];
  /** A budget is counted in the currency of the prices. */
  readonly budget?: { readonly currency: string } | null;
}

/**
 * The prices that come with the product, or the operator's.
 * @throws StartupError if the operator's file cannot be used
 */
export async function loadPriceList(file: string | null, { channels, budget }: PriceUse): Promise<PriceList> {
  const shipped = await read(SHIPPED, 'assets/prices.json');
  const list = priceListOf(shipped, file === null ? null : await read(file, `PRICES_FILE (${file})`));
  const without = channels.find((channel) => listedPrice(list, channel, null) === null);
  if (without !== undefined) {
    throw new StartupError(
      `PRICES_FILE (${file}) has no price "other" for ${without}. In another currency than USD, it needs one for each channel.`,
    );
  }
  if (budget && budget.currency !== list.currency) {
    throw new StartupError(
      `SPEND_PER_DAY is in ${budget.currency}, but the prices are in ${list.currency}. Use one currency for both (PRICES_FILE).`,
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
