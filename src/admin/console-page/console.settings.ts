import { oneOf, type SettingValues, setting } from '../../platform/setting.js';

export const consoleSettings = {
  ADMIN_CONSOLE: setting(
    oneOf(['on', 'off']).transform((value) => value ?? 'on'),
    'on',
    'on | off. Whether /admin shows the console of administrators. Off where the address is public and they have another one (docs/console.md).',
  ),
} as const;

export interface ConsoleConfig {
  /** Whether GET /admin shows the console. What administrators ask of /graphql is the same without it. */
  readonly adminConsole: boolean;
}

export function readConsole({ ADMIN_CONSOLE }: SettingValues<typeof consoleSettings>): ConsoleConfig {
  return { adminConsole: ADMIN_CONSOLE === 'on' };
}
