import { checked, type SettingValues, setting } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';

/** The ways on which owners can be told. */
export const noticeWays = ['text', 'email'] as const;
export type NoticeWay = (typeof noticeWays)[number];

export const noticeSettings = {
  NOTICES: setting(
    checked((list) => readWays(list) !== null, 'must be text,email or text or email or off'),
    'text,email',
    'text,email | text | email | off. How owners are told of new devices, changes and locks: by text to the verified number, by email to the verified address (docs/account.md).',
  ),
} as const;

export interface NoticeConfig {
  /** Empty: owners are told nothing. */
  readonly noticeWays: ReadonlySet<NoticeWay>;
}

export function readNotices({ NOTICES }: SettingValues<typeof noticeSettings>): NoticeConfig {
  return { noticeWays: readWays(NOTICES ?? 'text,email') ?? new Set() };
}

/** Null: the list has something else in it. */
function readWays(list: string): ReadonlySet<NoticeWay> | null {
  const names = splitList(list);
  if (names.length === 1 && names[0] === 'off') return new Set();
  const ways = noticeWays.filter((way) => names.includes(way));
  return ways.length > 0 && ways.length === names.length ? new Set(ways) : null;
}
