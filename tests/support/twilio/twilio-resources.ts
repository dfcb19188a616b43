import { randomBytes } from 'node:crypto';

export interface StandInMessage {
  readonly sid: string;
  /** E.164, or with `whatsapp:` before it. */
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  /** Of a message made from a template: as it was filled in. */
  readonly body: string;
}

export interface StandInCall {
  readonly sid: string;
  /** E.164. */
  readonly to: string;
  readonly from: string;
  readonly twiml: string;
}

/** What has become of a message or call. */
export interface Became {
  readonly status: string;
  readonly price?: string;
  readonly priceUnit?: string;
}

/** A message or call with its history. */
export interface Kept<Item> {
  readonly item: Item;
  readonly created: Date;
  became: Became | null;
}

export function toMessage(form: URLSearchParams): StandInMessage {
  return {
    sid: `SM${randomBytes(16).toString('hex')}`,
    to: form.get('To') ?? '',
    from: form.get('From'),
    messagingServiceSid: form.get('MessagingServiceSid'),
    body: form.has('ContentSid') ? rendered(form.get('ContentVariables')) : (form.get('Body') ?? ''),
  };
}

/** What WhatsApp makes of the approved template `{{1}} is your verification code.` */
function rendered(variables: string | null): string {
  return `${JSON.parse(variables ?? '{}')[1]} is your verification code.`;
}

export function toCall(form: URLSearchParams): StandInCall {
  return {
    sid: `CA${randomBytes(16).toString('hex')}`,
    to: form.get('To') ?? '',
    from: form.get('From') ?? '',
    twiml: form.get('Twiml') ?? '',
  };
}

/** A message as the API shows it. */
export function messageResource({ item, created, became }: Kept<StandInMessage>, accountSid: string): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${item.sid}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: item.body,
    date_created: rfc2822(created),
    date_sent: null,
    date_updated: rfc2822(created),
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: item.from,
    messaging_service_sid: item.messagingServiceSid,
    num_media: '0',
    num_segments: item.messagingServiceSid ? '0' : '1',
    price: became?.price ?? null,
    price_unit: became?.priceUnit ?? (item.messagingServiceSid ? null : 'USD'),
    sid: item.sid,
    status: became?.status ?? (item.messagingServiceSid ? 'accepted' : 'queued'),
    subresource_uris: { media: `${uri}/Media.json` },
    to: item.to,
    uri: `${uri}.json`,
  };
}

/** A call as the API shows it. */
export function callResource({ item, created, became }: Kept<StandInCall>, accountSid: string): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${item.sid}`;
  const over = became?.status === 'completed';
  return {
    account_sid: accountSid,
    annotation: null,
    answered_by: null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: rfc2822(created),
    date_updated: rfc2822(created),
    direction: 'outbound-api',
    duration: over ? '31' : null,
    end_time: over ? rfc2822(created) : null,
    forwarded_from: null,
    from: item.from,
    from_formatted: item.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: `PN${'0'.repeat(32)}`,
    price: became?.price ?? null,
    price_unit: became?.priceUnit ?? 'USD',
    queue_time: '0',
    sid: item.sid,
    start_time: over ? rfc2822(created) : null,
    status: became?.status ?? 'queued',
    subresource_uris: { events: `${uri}/Events.json`, notifications: `${uri}/Notifications.json` },
    to: item.to,
    to_formatted: item.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}

function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
