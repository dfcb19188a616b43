interface Lines {
  readonly url: string;
  readonly phoneNumber: string;
  /** What a guide shows: `options` in, `response` out. */
  readonly add: string;
  readonly get: string;
}

/** A person's way in a page without the package. It runs in the page, so it uses nothing from outside. @returns what came of each step */
export async function plainFetch({ url, phoneNumber, add, get }: Lines): Promise<string[]> {
  let token = '';
  const send = async (call: string, fields: string, variables: object = {}) => {
    const [, types = ''] = /^\w+(?:\((.*?)\))?/.exec(call) ?? [];
    const passed = types.replace(/\$(\w+): ?[\w!]+/g, '$1: $$$1');
    const name = call.replace(/\(.*/, '');
    const query = `mutation ${types && `(${types})`} { ${name}${passed && `(${passed})`} { __typename ${fields} } }`;
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data[name];
  };
  const run = (lines: string, options: unknown): Promise<unknown> =>
    new Function('options', `return (async () => { ${lines}; return response; })()`)(options);
  const signIn = async () => {
    const start = 'startPasskeySignIn($input: StartPasskeySignInInput!)';
    const { options } = await send(start, '... on StartPasskeySignInSuccess { options }', { input: {} });
    const fields = '... on FinishPasskeySignInSuccess { tokens { accessToken } }';
    const response = await run(get, options);
    return send('finishPasskeySignIn($input: FinishPasskeySignInInput!)', fields, { input: { response } });
  };

  const told: string[] = [];
  await send('requestOtp($input: RequestOtpInput!)', '', { input: { phoneNumber } });
  const otp = await window.codeFor(phoneNumber);
  const signedUp = await send(
    'verifyOtp($input: VerifyOtpInput!)',
    '... on VerifyOtpSuccess { passkeySuggested tokens { accessToken } }',
    { input: { phoneNumber, otp } },
  );
  told.push(`${signedUp.__typename} ${signedUp.passkeySuggested}`);
  token = signedUp.tokens.accessToken;

  const { options } = await send('startPasskeyRegistration', '... on StartPasskeyRegistrationSuccess { options }');
  const added = await send(
    'finishPasskeyRegistration($input: FinishPasskeyRegistrationInput!)',
    '... on FinishPasskeyRegistrationSuccess { passkey { id } }',
    { input: { response: await run(add, options) } },
  );
  told.push(added.__typename, (await send('logout', '')).__typename);

  token = '';
  const signedIn = await signIn();
  token = signedIn.tokens.accessToken;
  const removed = await send('removePasskey($id: ID!)', '', { id: added.passkey.id });
  told.push(signedIn.__typename, removed.__typename);
  token = '';
  told.push((await signIn()).__typename);
  return told;
}
