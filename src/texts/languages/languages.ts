import type { Language } from '../language.js';
import type { Locale } from '../locale.js';
import { am } from './am.js';
import { ar } from './ar.js';
import { bn } from './bn.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fa } from './fa.js';
import { fil } from './fil.js';
import { fr } from './fr.js';
import { hi } from './hi.js';
import { id } from './id.js';
import { it } from './it.js';
import { ja } from './ja.js';
import { ko } from './ko.js';
import { mr } from './mr.js';
import { ne } from './ne.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { ru } from './ru.js';
import { sw } from './sw.js';
import { ta } from './ta.js';
import { te } from './te.js';
import { th } from './th.js';
import { tr } from './tr.js';
import { uk } from './uk.js';
import { ur } from './ur.js';
import { vi } from './vi.js';
import { zhHans } from './zh-Hans.js';
import { zhHant } from './zh-Hant.js';

/** One for each locale. A new locale does not compile without its language, nor a language without all its words. */
export const languages: { readonly [L in Locale]: Language<L> } = {
  am,
  ar,
  bn,
  de,
  en,
  es,
  fa,
  fil,
  fr,
  hi,
  id,
  it,
  ja,
  ko,
  mr,
  ne,
  nl,
  pl,
  pt,
  ru,
  sw,
  ta,
  te,
  th,
  tr,
  uk,
  ur,
  vi,
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
};
