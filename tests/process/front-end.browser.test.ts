import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';

/** The first front end of a new user: a page of their own development server, with plain fetch. Nothing is configured. */
const PAGE = `<!doctype html>
<title>My app</title>
<form id="ask"><input id="phone" type="tel"><button>Send code</button></form>
<form id="verify"><input id="otp" inputmode="numeric"><button>Sign in</button></form>
<p id="shown"></p>
<script type="module">
  const url = new URLSearchParams(location.search).get('service') + '/graphql';
  const $ = (id) => document.getElementById(id);
  async function graphql(query, variables, token) {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()).data;
  }
  $('ask').onsubmit = async (event) => {
    event.preventDefault();
    const { requestOtp } = await graphql(
      'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { __typename ... on UserError { message } } }',
      { input: { phoneNumber: $('phone').value } },
    );
    $('shown').textContent = requestOtp.message ?? 'Code sent';
  };
  $('verify').onsubmit = async (event) => {
    event.preventDefault();
    const { verifyOtp } = await graphql(
      'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename ... on UserError { message } ... on VerifyOtpSuccess { tokens { accessToken } } } }',
      { input: { phoneNumber: $('phone').value, otp: $('otp').value } },
    );
    if (verifyOtp.message) return void ($('shown').textContent = verifyOtp.message);
    const { me } = await graphql('{ me { phoneNumber } }', {}, verifyOtp.tokens.accessToken);
    $('shown').textContent = 'Signed in as ' + me.phoneNumber;
  };
</script>`;

let browser: Browser;
let place: ProcessPlace;
let service: ServiceProcess;
let pages: Server;
beforeAll(async () => {
  place = await ProcessPlace.makeSetUp();
  pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await once(pages.listen(0, '127.0.0.1'), 'listening');
  [browser, service] = await Promise.all([launchChromium(), place.startReady()]);
});
afterAll(async () => {
  pages.close();
  await Promise.all([browser.close(), place.end()]);
});

test.each(['localhost', '127.0.0.1'])('a page on http://%s with plain fetch signs a person in', async (host) => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  const { port } = pages.address() as AddressInfo;
  const phoneNumber = host === 'localhost' ? '+255679190720' : '+255679190721';
  const shown = (text: string) =>
    page.waitForFunction((wanted) => document.querySelector('#shown')?.textContent === wanted, {}, text);

  await page.goto(`http://${host}:${port}/?service=${service.url.replace('127.0.0.1', 'localhost')}`);
  await page.type('#phone', phoneNumber);
  await page.click('#ask button');
  await shown('Code sent');
  await page.type('#otp', await service.printedCode(phoneNumber));
  await page.click('#verify button');
  await shown(`Signed in as ${phoneNumber}`);
  // The browser asks for an icon, which the page does not have.
  expect(complaints.filter((each) => !each.includes('404'))).toEqual([]);
});
