import type { Language } from '../language.js';
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
import { pt } from './pt.js';
import { ru } from './ru.js';
import { sw } from './sw.js';
import { ur } from './ur.js';
import { vi } from './vi.js';

/** One for each locale. A new locale does not compile without its language, nor a language without all its words. */
export const languages: { readonly [L in Locale]: Language<L> } = {
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
