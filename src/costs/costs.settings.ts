import { type SettingValues, setting, text } from '../platform/setting.js';

export const costSettings = {
  PRICES_FILE: setting(
    text,
    '',
    'A file with what messages cost you, in the form of assets/prices.json; its prices take the place of the shipped ones (docs/costs.md).',
  ),
} as const;

export interface CostConfig {
  /** Null: the shipped prices. */
  readonly pricesFile: string | null;
}

export function readCosts({ PRICES_FILE }: SettingValues<typeof costSettings>): CostConfig {
  return { pricesFile: PRICES_FILE ?? null };
}
