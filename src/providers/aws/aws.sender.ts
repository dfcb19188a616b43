import { z } from 'zod';
import { type Clock, secondsUntil } from '../../platform/clock.js';
import { feedbackAfter } from '../feedback-failure.js';
import { type HttpAnswer, parseJson, readAnswerBody } from '../http/answer.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { unanswered } from '../http/unanswered.js';
import type {
  FailedOutcome,
  FeedbackOutcome,
  MessageSender,
  OutgoingMessage,
  SendOutcome,
  VerifiedSend,
} from '../message-sender.js';
import type { AwsConfig } from './aws.settings.js';
import { spoken } from './call.js';
import { refusedBecause } from './failure.js';
import { type AwsEndpoint, type AwsOperation, signedRequest } from './request.js';

export interface AwsSenderParts extends Omit<AwsConfig, 'topicArn'> {
  readonly clock: Clock;
  /** For a whole exchange, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Seconds for which AWS tries to deliver, as it takes them. */
const LIFE = { least: 5, most: 259_200 } as const;

const takenSchema = z.object({ MessageId: z.string().regex(/^[\w:/-]{1,64}$/) });

/** Texts and calls of AWS End User Messaging. AWS has no key for repeated attempts. */
export class AwsSender implements MessageSender {
  readonly provider = 'aws';
  // Private to the runtime too: they hold credentials.
  readonly #parts: AwsSenderParts;
  readonly #endpoint: AwsEndpoint;
  readonly #exchange: Exchange = httpExchange();

  constructor(parts: AwsSenderParts) {
    this.#parts = parts;
    const { region, credentials, clock, baseUrl = `https://sms-voice.${region}.amazonaws.com` } = parts;
    this.#endpoint = { url: new URL(baseUrl), region, credentials, clock };
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const operation = message.channel === 'VOICE' ? 'SendVoiceMessage' : 'SendTextMessage';
    return this.#ask(operation, this.#inputOf(message), readTaken);
  }

  /**
   * AWS sets the feedback of a message that it hears nothing of to FAILED after an hour
   * (https://docs.aws.amazon.com/sms-voice/latest/userguide/message-feedback.html).
   */
  async verified({ providerMessageId: MessageId }: VerifiedSend): Promise<FeedbackOutcome> {
    const input = { MessageId, MessageFeedbackStatus: 'RECEIVED' };
    const outcome = await this.#ask('PutMessageFeedback', input, async (answer) => {
      answer.discard();
      return 'told' as const;
    });
    return outcome === 'told' ? outcome : feedbackAfter(outcome.reason);
  }

  async #ask<Result>(
    operation: AwsOperation,
    input: object,
    read: (answer: HttpAnswer) => Promise<Result>,
  ): Promise<Result | FailedOutcome> {
    // Covers the body of the answer as well, even if it arrives byte by byte.
    const signal = AbortSignal.timeout(this.#parts.timeoutMs);
    try {
      const answer = await this.#exchange({ ...signedRequest(this.#endpoint, { operation, input }), signal });
      return answer.status === 200 ? await read(answer) : await refusedBecause(answer);
    } catch (error) {
      return unanswered(error, signal);
    }
  }

  #inputOf(message: OutgoingMessage): object {
    const { configurationSet, clock } = this.#parts;
    const life = Math.min(Math.max(secondsUntil(message.expiresAt, clock.now()), LIFE.least), LIFE.most);
    return {
      DestinationPhoneNumber: message.to,
      ...this.#contentOf(message),
      ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
      TimeToLive: life,
      // Comes back with the reports.
      Context: { message: message.id },
      // A notice holds no code that could be typed.
      MessageFeedbackEnabled: message.notice === undefined,
    };
  }

  #contentOf(message: OutgoingMessage): object {
    const { text, voice } = this.#parts;
    if (message.channel === 'VOICE') {
      const { body, voiceId } = spoken(message);
      return {
        OriginationIdentity: voice.origination,
        MessageBody: body,
        MessageBodyTextType: 'SSML',
        VoiceId: voiceId,
        ...(voice.maxPrice !== undefined && { MaxPricePerMinute: voice.maxPrice }),
      };
    }
    return {
      MessageBody: message.text,
      MessageType: 'TRANSACTIONAL',
      ...(text.origination !== undefined && { OriginationIdentity: text.origination }),
      ...(text.maxPrice !== undefined && { MaxPrice: text.maxPrice }),
    };
  }
}

/** A 200 without an id comes from somebody between, who took nothing. */
async function readTaken(answer: HttpAnswer): Promise<SendOutcome> {
  const { data } = takenSchema.safeParse(parseJson((await readAnswerBody(answer)).text));
  return data
    ? { kind: 'accepted', providerMessageId: data.MessageId }
    : { kind: 'failed', reason: 'provider_unavailable', providerCode: 'HTTP_200' };
}
