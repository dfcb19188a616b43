import { createHmac } from 'node:crypto';

export interface ReportedStatus {
  readonly id: string;
  readonly status: string;
  readonly biz_opaque_callback_data?: string | undefined;
  readonly [member: string]: unknown;
}

/** A notification as in https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status */
export function notificationOf(phoneNumberId: string, statuses: readonly ReportedStatus[]): object {
  const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
  const common = { timestamp: '1750030073', recipient_id: '9779800000000' };
  const value = { messaging_product: 'whatsapp', metadata, statuses: statuses.map((one) => ({ ...common, ...one })) };
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ value, field: 'messages' }] }],
  };
}

/** The headers with which Meta signs a body. */
export function signatureOf(body: string, appSecret: string): Readonly<Record<string, string>> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}` };
}
