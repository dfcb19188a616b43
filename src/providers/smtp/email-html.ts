import type { Locale } from '../../texts/locale.js';

/** Locales written from right to left (CLDR, characterOrder). */
const rightToLeft: ReadonlySet<Locale> = new Set<Locale>(['ar', 'fa', 'ur']);

const PAGE = 'margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff';
const CODE = 'font-size:32px;line-height:1.5;letter-spacing:4px;white-space:nowrap';

/**
 * The text of an email as a page: the same words in the same order, with the code large in its place, so that a screen
 * reader says nothing twice. It has no images, links, scripts or classes: nothing to block, to track or to imitate.
 */
export function emailHtml(email: { subject: string; text: string; code: string | null; locale: Locale }): string {
  const { subject, text, code, locale } = email;
  const direction = rightToLeft.has(locale) ? 'rtl' : 'ltr';
  const paragraphs = text.split(/\n\s*\n/).map((paragraph) => `<p>${withLines(paragraph)}</p>`);
  const page = paragraphs.join('\n');
  const body = code === null ? page : page.replace(escapeHtml(code), strong(code));
  return `<!doctype html>
<html lang="${locale}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body dir="${direction}" style="${PAGE}">
${body}
</body>
</html>
`;
}

function strong(code: string): string {
  return `<strong dir="ltr" style="${CODE}">${escapeHtml(code)}</strong>`;
}

function withLines(paragraph: string): string {
  return escapeHtml(paragraph.trim()).replaceAll('\n', '<br>\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
