import type { OutgoingMessage } from '../message-sender.js';

/**
 * A message with an authentication template. The code is the parameter of its text and of its button, whichever kind the button
 * has: copy code, one-tap or zero-tap (https://developers.facebook.com/docs/whatsapp/business-management-api/authentication-templates).
 */
export function templateMessage(
  { id, to }: Pick<OutgoingMessage, 'id' | 'to'>,
  template: { readonly name: string; readonly language: string; readonly code: string },
): object {
  const parameters = [{ type: 'text', text: template.code }];
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    type: 'template',
    template: {
      name: template.name,
      language: { code: template.language },
      components: [
        { type: 'body', parameters },
        { type: 'button', sub_type: 'url', index: '0', parameters },
      ],
    },
    // Comes back in every report.
    biz_opaque_callback_data: id,
  };
}
