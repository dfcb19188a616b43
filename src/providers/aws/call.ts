import type { OutgoingMessage } from '../message-sender.js';

type Call = Extract<OutgoingMessage, { channel: 'VOICE' }>;

/** Silences: before the first word, until the phone is at the ear; and between digits, to write them down. */
const PAUSE = { start: '1s', digit: '1s', repetition: '2s' } as const;
const ENGLISH = 'JOANNA';

/** Voices of Amazon Polly that the API knows (type `VoiceId`), by language. Without one, a call is in English. */
const voices: Readonly<Record<string, string>> = {
  ar: 'ZEINA',
  de: 'VICKI',
  en: ENGLISH,
  es: 'LUPE',
  fr: 'LEA',
  it: 'BIANCA',
  ja: 'TAKUMI',
  ko: 'SEOYEON',
  nl: 'LOTTE',
  pl: 'EWA',
  pt: 'CAMILA',
  ru: 'TATYANA',
  tr: 'FILIZ',
  'zh-Hans': 'ZHIYU',
};

/** What is said, and by whom: the introduction, the digits one by one, "once more", the digits again. */
export function spoken({ code, locale, speech, englishSpeech }: Call): { body: string; voiceId: string } {
  const voiceId = voices[locale];
  const { introduction, repetition } = voiceId === undefined ? englishSpeech : speech;
  const digits = [...(code ?? '')].join(pause(PAUSE.digit));
  const parts = [
    pause(PAUSE.start),
    escaped(introduction),
    ' ',
    digits,
    pause(PAUSE.repetition),
    escaped(repetition),
    ' ',
    digits,
  ];
  return { body: `<speak>${parts.join('')}</speak>`, voiceId: voiceId ?? ENGLISH };
}

function pause(time: string): string {
  return `<break time="${time}"/>`;
}

/** Without characters that XML forbids or means something by, and without direction marks, which some voices read out. */
function escaped(words: string): string {
  const plain = words.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, ' ');
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/ +/g, ' ').trim();
}
