import type { CaptchaRequiredError } from '@phone-accounts/client';
import { useEffect, useRef } from 'react';

type Provider = CaptchaRequiredError['provider'];

/** What the scripts of both providers have in common. */
interface Widgets {
  render(place: Element, settings: Readonly<Record<string, unknown>>): string;
  remove(widget: string): void;
}

const SCRIPTS: Readonly<Record<Provider, string>> = {
  TURNSTILE: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
  HCAPTCHA: 'https://js.hcaptcha.com/1/api.js?render=explicit',
};
/** The service finds out whether the provider is unavailable. */
const UNAVAILABLE = 'unavailable';

const loading = new Map<Provider, Promise<Widgets>>();

/** The script of the provider, loaded when somebody needs it. A load that failed is tried again. */
function widgetsOf(provider: Provider): Promise<Widgets> {
  const loaded = loading.get(provider) ?? load(provider);
  loading.set(provider, loaded);
  loaded.catch(() => loading.delete(provider));
  return loaded;
}

async function load(provider: Provider): Promise<Widgets> {
  const script = document.createElement('script');
  script.src = SCRIPTS[provider];
  const ended = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = reject;
  });
  document.head.append(script);
  await ended;
  return (globalThis as unknown as Record<string, Widgets>)[provider.toLowerCase()] as Widgets;
}

interface Props {
  readonly required: CaptchaRequiredError;
  readonly onSolved: (captchaToken: string) => void;
}

/** The widget of the provider. Its token is good for one call. */
export function Captcha({ required, onSolved }: Props) {
  const { provider, siteKey } = required;
  const place = useRef<HTMLDivElement>(null);
  const solved = useRef(onSolved);
  solved.current = onSolved;
  useEffect(() => {
    let over = false;
    let remove = (): void => undefined;
    const done = (token: string) => {
      if (!over) solved.current(token);
    };
    const show = (widgets: Widgets) => {
      if (over || !place.current) return;
      const settings = { sitekey: siteKey, callback: done, 'error-callback': () => done(UNAVAILABLE) };
      const widget = widgets.render(place.current, settings);
      remove = () => widgets.remove(widget);
    };
    widgetsOf(provider)
      .then(show)
      .catch(() => done(UNAVAILABLE));
    return () => {
      over = true;
      remove();
    };
  }, [provider, siteKey]);
  return <div ref={place} />;
}
