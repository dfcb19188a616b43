import type { OtpChannel, RequestOtpInput, SignInOptions } from '@phone-accounts/client';
import { type FormEvent, useMemo, useState } from 'react';

const CHANNELS: Readonly<Record<string, string>> = {
  SMS: 'Text message',
  WHATSAPP: 'WhatsApp',
  TELEGRAM: 'Telegram',
  VOICE: 'Call',
};

interface Props {
  readonly options: SignInOptions;
  readonly busy: boolean;
  readonly onNumber: (input: RequestOtpInput) => void;
}

/** The countries and channels are those that the operator has set. */
export function PhoneNumber({ options, busy, onNumber }: Props) {
  const { channels, countries, defaultCountry } = options;
  const [code, setCode] = useState(defaultCountry ?? countries[0]?.code ?? '');
  const country = countries.find((each) => each.code === code);
  const sorted = useMemo(() => {
    const names = new Intl.DisplayNames(navigator.languages, { type: 'region' });
    const named = countries.map((each) => ({ ...each, name: names.of(each.code) ?? each.code }));
    return named.sort((one, other) => one.name.localeCompare(other.name));
  }, [countries]);

  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = String(form.get('phoneNumber')).trim();
    const phoneNumber = typed.startsWith('+') ? typed : `${country?.callingCode}${typed}`;
    onNumber({ phoneNumber, channel: form.get('channel') as OtpChannel });
  };

  return (
    <form onSubmit={send}>
      <label htmlFor="country">Country</label>
      <select id="country" value={code} onChange={(event) => setCode(event.target.value)}>
        {sorted.map(({ code: each, name, callingCode }) => (
          <option key={each} value={each}>
            {name} ({callingCode})
          </option>
        ))}
      </select>
      <label htmlFor="phone">Phone number</label>
      <input
        id="phone"
        name="phoneNumber"
        type="tel"
        autoComplete="tel webauthn"
        placeholder={country?.exampleNumber ?? undefined}
        required
      />
      {channels.length > 1 && (
        <fieldset>
          <legend>Send the code by</legend>
          {channels.map((channel, index) => (
            <label key={channel}>
              <input type="radio" name="channel" value={channel} defaultChecked={index === 0} />
              {CHANNELS[channel] ?? channel}
            </label>
          ))}
        </fieldset>
      )}
      <button type="submit" disabled={busy}>
        Send code
      </button>
    </form>
  );
}
