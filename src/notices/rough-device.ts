/** The longest User-Agent that is looked at. */
const MOST_READ = 512;

type Named = readonly (readonly [sign: RegExp, name: string])[];

/** The first sign that is found counts: many browsers also name the ones that they descend from. */
const programs: Named = [
  [/\bEdg(e|A|iOS)?\b/, 'Edge'],
  [/\bOPR\b|\bOpera\b/, 'Opera'],
  [/\bSamsung(Browser| Internet)\b/, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\b/, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium)\b/, 'Chrome'],
  [/\bSafari\b/, 'Safari'],
];

const systems: Named = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b|\bokhttp\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\b(Mac|Macintosh|macOS)\b/, 'Mac'],
  [/\bCFNetwork\b|\biOS\b/, 'iOS'],
  [/\bCrOS\b|\bChromeOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * What a person recognizes of a client: "Chrome, Windows". Only names of this list come out of it, because a client writes
 * its User-Agent itself, and its words must not reach somebody else's phone. What came out of it goes in again unchanged.
 * Null: nothing is recognized.
 */
export function roughDevice(userAgent: string | null): string | null {
  const read = userAgent?.slice(0, MOST_READ) ?? '';
  const found = [nameIn(read, programs), nameIn(read, systems)].filter((name) => name !== null);
  return found.length === 0 ? null : found.join(', ');
}

function nameIn(userAgent: string, names: Named): string | null {
  return names.find(([sign]) => sign.test(userAgent))?.[1] ?? null;
}
