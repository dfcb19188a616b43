import type { Description } from './description.js';
import type { DescribedSettings } from './setting-values.js';

/** What a provider may repeat in its answers, and must not be stored, logged or shown: secrets, the code of the message, and its number. */
export class Hidden {
  // Private to the runtime too, so that nothing that is printed holds them.
  readonly #texts: readonly string[];

  constructor(texts: readonly (string | null)[]) {
    this.#texts = texts.filter((text): text is string => text !== null && text !== '');
  }

  and(text: string | null): Hidden {
    return new Hidden([...this.#texts, text]);
  }

  isIn(text: string): boolean {
    return this.#texts.some((each) => text.includes(each));
  }

  leftOutOf(text: unknown): unknown {
    if (typeof text !== 'string') return text;
    return this.#texts.reduce((left, each) => left.replaceAll(each, '…'), text);
  }
}

/** The values of the settings that a description marks as secret. */
export function secretsIn(parts: {
  description: Pick<Description, 'settings'>;
  settings: DescribedSettings;
}): string[] {
  const secret = Object.entries(parts.description.settings).filter(([, each]) => each.secret);
  return secret.flatMap(([name]) => {
    const value = parts.settings.get(name)?.value;
    return typeof value === 'string' ? [value] : [];
  });
}
