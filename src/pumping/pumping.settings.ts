import { oneOf, type SettingValues, setting } from '../platform/setting.js';

export const pumpingSettings = {
  PUMPING_GUARD: setting(
    oneOf(['on', 'off']).transform((value) => value ?? 'on'),
    'on',
    'on | off. Whether codes are withheld from number ranges where hardly any code is verified (docs/pumping-guard.md). Off where your provider does this.',
  ),
} as const;

export interface PumpingConfig {
  /** Whether codes are withheld from number ranges that are pumped. */
  readonly pumpingGuard: boolean;
}

export function readPumping({ PUMPING_GUARD }: SettingValues<typeof pumpingSettings>): PumpingConfig {
  return { pumpingGuard: PUMPING_GUARD === 'on' };
}
