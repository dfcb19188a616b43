import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentOf, examplesOf } from '../support/documented-example.js';
import { resigned, signingKeysOf } from '../support/forged-tokens.js';
import { proofOf } from '../support/operations/number-proofs.js';
import { signIn } from '../support/operations/operations.js';
import { ExampleProcess } from '../support/process/example-process.js';
import { startService, type TestService } from '../support/service.js';

/** The back end of another application, as docs/verifying-tokens.md shows it. */

const EXAMPLE = 'verify-number-proof.mjs';
const examples = examplesOf('verifying-tokens.md');
const settings = environmentOf(examples.get('settings') ?? '');
const APPLICATION = 'shop.example.com';
/** Answers with the number of the proof that comes as a bearer token. */
const SERVER = `
  import { createServer } from 'node:http';
  import { verifyNumberProof } from './${EXAMPLE}';
  const server = createServer(async (request, response) => {
    const proof = request.headers.authorization?.slice('Bearer '.length) ?? '';
    await verifyNumberProof(proof).then((number) => response.end(number), () => response.writeHead(401).end());
  });
  server.listen(Number(process.env.PORT), '127.0.0.1');`;

let service: TestService;
let application: ExampleProcess;
beforeAll(async () => {
  service = await startService({ env: { ...settings, PROOF_AUDIENCES: `${APPLICATION},clinic.example.com` } });
  const files = new Map([
    [EXAMPLE, examples.get(EXAMPLE) ?? ''],
    ['server.mjs', SERVER],
  ]);
  application = await ExampleProcess.start({ files, issuer: settings['PUBLIC_URL'] ?? '', accountsUrl: service.url });
});
afterAll(async () => {
  await application.stop();
  await service.close();
});

test('learns the number from a proof for it, for five minutes', async () => {
  const phoneNumber = '+9779813200001';
  const proof = await proofOf(service, phoneNumber, APPLICATION);
  await application.setClock(service.clock.now());
  expect(await application.get(proof)).toMatchObject({ status: 200, body: phoneNumber });
  service.clock.advance(300);
  await application.setClock(service.clock.now());
  expect(await application.get(proof)).toMatchObject({ status: 401 });
});

test('takes no proof for another application, no access token, and nothing that is forged', async () => {
  const phoneNumber = '+9779813200002';
  const proof = await proofOf(service, phoneNumber, APPLICATION);
  const keys = await signingKeysOf(service);
  const { tokens } = await signIn(service, '+9779813200003');
  await application.setClock(service.clock.now());
  const header = { typ: 'number-proof+jwt' };
  expect(await application.get(await resigned(proof, keys, { header }))).toMatchObject({ status: 200 });
  const wrong = [
    await proofOf(service, phoneNumber, 'clinic.example.com'),
    tokens.accessToken,
    await resigned(tokens.accessToken, keys, { claims: { aud: APPLICATION, phone_number: phoneNumber } }),
    await resigned(proof, keys, { header, claims: { iss: 'https://staging.example.com' } }),
    await resigned(proof, keys, { header: { ...header, kid: 'made-up' } }),
    await resigned(proof, keys, { header, claims: { exp: (decodeJwt(proof).iat ?? 0) - 120 } }),
    proof.slice(0, -4),
  ];
  for (const each of wrong) expect([each, (await application.get(each)).status]).toEqual([each, 401]);
});
