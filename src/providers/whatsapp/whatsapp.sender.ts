import type { Clock } from '../../platform/clock.js';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';
import { type CloudAnswer, CloudApi } from './cloud-api.js';
import { templateLanguage } from './template-language.js';
import { templateMessage } from './template-message.js';
import type { WhatsAppConfig, WhatsAppTemplate } from './whatsapp.settings.js';

export interface WhatsAppParts extends WhatsAppConfig {
  readonly clock: Clock;
  /** For all requests of an attempt together. */
  readonly timeoutMs: number;
}

/** Milliseconds for which a language counts as missing, after Meta said that the template is not there in it. */
const MISSING_MS = 600_000;

/**
 * Sends codes by the Cloud API of WhatsApp. Meta neither knows a repeated message by a key nor tells what was sent, so a lost
 * answer can lead to a second message with the same code. Reports mostly prevent that: they name the message by the id of its row.
 */
export class WhatsAppSender implements MessageSender {
  readonly provider = 'whatsapp';
  readonly #api: CloudApi;
  readonly #template: WhatsAppTemplate;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  /** Languages without the template, and until when they count as such. */
  readonly #missing = new Map<string, number>();

  constructor({ clock, timeoutMs, ...config }: WhatsAppParts) {
    this.#api = new CloudApi(config, clock);
    this.#template = config.template;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { code } = message;
    if (message.channel !== 'WHATSAPP' || !isSendable(code)) return notOffered;
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const [others = ''] = this.#template.languages;
    const language = templateLanguage(message.locale, this.#languages()) ?? others;
    const sendIn = (name: string): Promise<CloudAnswer> =>
      this.#api.send(templateMessage(message, { name: this.#template.name, language: name, code }), signal);
    const answer = await sendIn(language);
    if (answer.kind === 'accepted' || !answer.lacksTemplate || language === others) return outcomeOf(answer, code);
    this.#missing.set(language, this.#clock.monotonic() + MISSING_MS);
    // Meta refused the message, so the next one is no second code.
    return outcomeOf(await sendIn(others), code);
  }

  /** Those that are not known to be missing. The one for all others always counts. */
  #languages(): readonly string[] {
    const now = this.#clock.monotonic();
    return this.#template.languages.filter((each, index) => index === 0 || (this.#missing.get(each) ?? now) <= now);
  }
}

/** The code of a failure is stored and logged, except one that is the code of the message. */
function outcomeOf(answer: CloudAnswer, code: string): SendOutcome {
  if (answer.kind === 'accepted') return answer;
  const { providerCode } = answer.outcome;
  return { ...answer.outcome, providerCode: providerCode === code ? null : providerCode };
}

/** A notice has no code, or a longer one. Authentication templates take 15 characters. */
function isSendable(code: string | null): code is string {
  return code !== null && /^\d{4,15}$/.test(code);
}

/** No route leads here with a message of another channel, because the configuration checks the channels of each provider. */
const notOffered: SendOutcome = { kind: 'failed', reason: 'rejected', providerCode: null };
