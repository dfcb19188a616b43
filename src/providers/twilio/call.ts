import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Locale } from '../../texts/locale.js';
import type { OutgoingMessage } from '../message-sender.js';

type Call = Extract<OutgoingMessage, { channel: 'VOICE' }>;
type Voice = Pick<Required<VoiceResponse.SayAttributes>, 'language' | 'voice'>;

export interface CallSettings {
  /** The caller, in E.164. */
  readonly from: string;
}

/** Seconds that a phone rings. Few voice mailboxes answer before, and a code in a mailbox can be heard by others. */
const RING = 30;
/** Seconds after which a call ends in any case. Speaking takes about half of them. */
const LONGEST = 60;
/** Seconds of silence: before the first word, until the phone is at the ear; and between digits, to write them down. */
const PAUSE = { start: 1, digit: 1, repetition: 2 } as const;

const english: Voice = { language: 'en-US', voice: 'Google.en-US-Standard-C' };

/**
 * Standard voices, which cost least. Each is named with its language, because Twilio's own choice differs by account
 * (https://www.twilio.com/docs/voice/twiml/say/text-speech). Null: Twilio has no voice for that language.
 */
const voices: Readonly<Record<Locale, Voice | null>> = {
  am: { language: 'am-ET', voice: 'Google.am-ET-Standard-A' },
  ar: { language: 'ar-XA', voice: 'Google.ar-XA-Standard-A' },
  bn: { language: 'bn-IN', voice: 'Google.bn-IN-Standard-A' },
  de: { language: 'de-DE', voice: 'Google.de-DE-Standard-A' },
  en: english,
  es: { language: 'es-US', voice: 'Google.es-US-Standard-A' },
  fa: null,
  fil: { language: 'fil-PH', voice: 'Google.fil-PH-Standard-A' },
  fr: { language: 'fr-FR', voice: 'Google.fr-FR-Standard-A' },
  hi: { language: 'hi-IN', voice: 'Google.hi-IN-Standard-A' },
  id: { language: 'id-ID', voice: 'Google.id-ID-Standard-A' },
  it: { language: 'it-IT', voice: 'Google.it-IT-Standard-A' },
  ja: { language: 'ja-JP', voice: 'Google.ja-JP-Standard-A' },
  ko: { language: 'ko-KR', voice: 'Google.ko-KR-Standard-A' },
  mr: { language: 'mr-IN', voice: 'Google.mr-IN-Standard-A' },
  ne: null,
  nl: { language: 'nl-NL', voice: 'Google.nl-NL-Standard-A' },
  pl: { language: 'pl-PL', voice: 'Google.pl-PL-Standard-A' },
  pt: { language: 'pt-BR', voice: 'Google.pt-BR-Standard-A' },
  ru: { language: 'ru-RU', voice: 'Google.ru-RU-Standard-A' },
  sw: null,
  ta: { language: 'ta-IN', voice: 'Google.ta-IN-Standard-A' },
  te: { language: 'te-IN', voice: 'Google.te-IN-Standard-A' },
  th: { language: 'th-TH', voice: 'Google.th-TH-Standard-A' },
  tr: { language: 'tr-TR', voice: 'Google.tr-TR-Standard-A' },
  uk: { language: 'uk-UA', voice: 'Google.uk-UA-Standard-A' },
  ur: null,
  vi: { language: 'vi-VN', voice: 'Google.vi-VN-Standard-A' },
  'zh-Hans': { language: 'cmn-CN', voice: 'Google.cmn-CN-Standard-A' },
  'zh-Hant': { language: 'cmn-TW', voice: 'Google.cmn-TW-Standard-A' },
};

/** A call shorter than this ended before the last digit: the silences alone take these seconds. */
export const LEAST_HEARD = PAUSE.start + 5 * PAUSE.digit;

/** The request for a call. The code is in the instructions of the request, and in no address that Twilio fetches. */
export function callForm(call: Call, settings: CallSettings, response: VoiceResponse) {
  return { to: call.to, from: settings.from, timeout: RING, timeLimit: LONGEST, twiml: say(call, response) };
}

/**
 * The introduction, the digits one by one, "once more", the digits again. Silences are `<Pause>`, which every voice
 * knows, unlike SSML. The package escapes all that is said.
 */
function say({ code, locale, speech, englishSpeech }: Call, response: VoiceResponse): string {
  const voice = voices[locale];
  const { introduction, repetition } = voice ? speech : englishSpeech;
  const speak = (words: string) => void response.say(voice ?? english, readable(words));
  const spell = () => {
    for (const [index, digit] of [...(code ?? '')].entries()) {
      if (index > 0) response.pause({ length: PAUSE.digit });
      speak(digit);
    }
  };
  response.pause({ length: PAUSE.start });
  speak(introduction);
  spell();
  response.pause({ length: PAUSE.repetition });
  speak(repetition);
  spell();
  return response.toString();
}

/** Without characters that XML forbids, and without direction marks, which some voices read out. */
function readable(words: string): string {
  const plain = words.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, ' ');
  return plain.replace(/ +/g, ' ').trim();
}
