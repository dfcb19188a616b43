import { feedbackAfter } from '../../feedback-failure.js';
import type { Twilio } from 'twilio';
import type {
  AcceptedOutcome,
  EarlierAttempts,
  FeedbackOutcome,
  MessageSender,
  OutgoingMessage,
  SendOutcome,
  VerifiedSend,
} from '../../message-sender.js';
import { connectTwilio, type TwilioAccount, type TwilioPatience } from '../client.js';
import { isForgotten, verifyFailure } from './verify-failure.js';
import { type CodeMessage, hasSent, isVerificationSid, verificationForm } from './verification.js';

export interface TwilioVerifySettings extends TwilioAccount, TwilioPatience {
  readonly serviceSid: string;
  readonly templateSid: string | undefined;
}

interface Clients {
  readonly client: Twilio;
  readonly aside: Twilio;
}
type Repeated = OutgoingMessage & { readonly earlier: EarlierAttempts };

/** Milliseconds for questions about earlier messages. The next provider waits for the answer. */
const ASIDE_MS = 1_400;

export async function createTwilioVerifySender(settings: TwilioVerifySettings): Promise<MessageSender> {
  const { baseUrl, ...account } = settings;
  const connect = async (timeoutMs: number) => {
    const client = await connectTwilio(account, { ...settings, timeoutMs });
    if (baseUrl !== undefined) client.verify.baseUrl = baseUrl;
    return client;
  };
  const { timeoutMs } = settings;
  // A client of its own, so that questions wait neither as long as messages nor for their connections.
  const aside = await connect(Math.min(timeoutMs, ASIDE_MS));
  return new TwilioVerifySender(settings, { client: await connect(timeoutMs), aside });
}

/**
 * Codes of ours through Twilio Verify. Verify keeps one verification for each number, for ten minutes, and would send its first code
 * again. So what is pending is canceled before another code goes out
 * (https://www.twilio.com/docs/verify/api/verification#update-a-verification-status).
 */
class TwilioVerifySender implements MessageSender {
  readonly provider = 'twilio-verify';
  // Private to the runtime too: settings hold the credentials, and a client also holds the last request.
  readonly #settings: TwilioVerifySettings;
  readonly #clients: Clients;

  constructor(settings: TwilioVerifySettings, clients: Clients) {
    this.#settings = settings;
    this.#clients = clients;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { code, earlier, notice } = message;
    // Verify's templates have a place for a code, and for nothing else.
    if (code === null || notice !== undefined) return notACode;
    try {
      // If this question fails, so does the attempt: a late message is better than two.
      const taken = earlier && (await this.#find({ ...message, earlier }, this.#clients.client));
      return taken ?? (await this.#sendAnew({ message, code }));
    } catch (error) {
      return verifyFailure(error);
    }
  }

  async findEarlier(message: Repeated): Promise<AcceptedOutcome | null> {
    return this.#find(message, this.#clients.aside).catch(() => null);
  }

  async verified({ providerMessageId }: VerifiedSend): Promise<FeedbackOutcome> {
    try {
      await this.#verification(providerMessageId).update({ status: 'approved' });
      return 'told';
    } catch (error) {
      return isForgotten(error) ? 'refused' : feedbackAfter(verifyFailure(error).reason);
    }
  }

  async #sendAnew(codeMessage: CodeMessage): Promise<SendOutcome> {
    await this.#cancelPending(codeMessage.message.to);
    const { templateSid } = this.#settings;
    const { sid } = await this.#service().verifications.create(verificationForm(codeMessage, templateSid));
    return acceptedAs(sid) ?? unreadable;
  }

  async #cancelPending(to: string): Promise<void> {
    try {
      await this.#verification(to).update({ status: 'canceled' });
    } catch (error) {
      if (!isForgotten(error)) throw error;
    }
  }

  /** Throws where Verify cannot be asked. */
  async #find({ to, channel, earlier }: Repeated, client: Twilio): Promise<AcceptedOutcome | null> {
    try {
      const { sid, status, sendCodeAttempts } = await this.#verification(to, client).fetch();
      return status === 'pending' && hasSent(sendCodeAttempts, { channel, earlier }) ? acceptedAs(sid) : null;
    } catch (error) {
      if (isForgotten(error)) return null;
      throw error;
    }
  }

  #service(client = this.#clients.client) {
    return client.verify.v2.services(this.#settings.serviceSid);
  }

  /** @param sid its id, or the number that it is for */
  #verification(sid: string, client = this.#clients.client) {
    return this.#service(client).verifications(sid);
  }
}

function acceptedAs(sid: unknown): AcceptedOutcome | null {
  return isVerificationSid(sid) ? { kind: 'accepted', providerMessageId: sid } : null;
}

const unreadable: SendOutcome = { kind: 'failed', reason: 'provider_unavailable', providerCode: null };
const notACode: SendOutcome = { kind: 'failed', reason: 'rejected', providerCode: 'NOT_A_CODE' };
