import type { Locale } from '../locale.js';
import { ar } from './ar.js';
import { bn } from './bn.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { hi } from './hi.js';
import { id } from './id.js';
import { it } from './it.js';
import { ne } from './ne.js';
import type { NoticeWording } from './notice-wording.js';
import { pt } from './pt.js';
import { ru } from './ru.js';
import { sw } from './sw.js';
import { ur } from './ur.js';
import { vi } from './vi.js';

/** One wording for each locale. A new locale, and a new kind of notice, do not compile without their wordings. */
export const noticeWordings: Readonly<Record<Locale, NoticeWording>> = {
  ar,
  bn,
  de,
  en,
  es,
  fr,
  hi,
  id,
  it,
  ne,
  pt,
  ru,
  sw,
  ur,
  vi,
};
