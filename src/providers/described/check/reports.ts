import type { DescribedReports, Description, Proof } from '../description.js';
import { starsIn } from '../json-pointer.js';
import { SIGNED_HEADER, signedNames } from '../proof.js';
import { proofSettings } from '../report-address.js';
import { readTemplate } from '../template.js';
import { type Complain, unknownName, within } from './problems.js';
import { checkRules } from './rules.js';

/** @param names every name in the templates of the request */
export function checkReports(description: Description, names: ReadonlySet<string>, complain: Complain): void {
  const { reports, answer } = description;
  if (reports === undefined) {
    if (names.has('reportUrl')) complain('/request', 'names {reportUrl}, but there are no /reports.');
    return;
  }
  const stars = starsIn(reports.each ?? '');
  if (reports.each !== undefined && !reports.each.endsWith('/*'))
    complain('/reports/each', 'must end with /*, the entry of a list.');
  checkRules({ place: '/reports/rules', rules: reports.rules, keys: [], stars }, complain);
  if (!reports.rules.some(({ means }) => means === 'delivered')) {
    complain('/reports/rules', 'has no rule for delivered. Say which report means that the message arrived.');
  }
  checkPlaces(reports, stars, complain);
  if ((reports.method === 'GET') !== (reports.body === 'query')) {
    complain('/reports/body', 'must be query with GET, and something else with POST.');
  }
  if (reports.message === 'address' && !names.has('reportUrl')) {
    complain('/reports/message', 'is "address", but the request does not name {reportUrl}, which holds the id.');
  }
  if (reports.message === 'providerId' && (reports.providerId === undefined || answer.id === undefined)) {
    complain('/reports/message', 'is "providerId". That needs /reports/providerId and /answer/id.');
  }
  checkProofs(description, reports, complain);
}

function checkPlaces(reports: DescribedReports, stars: number, complain: Complain): void {
  const { message, providerId, code, words, price } = reports;
  const places = {
    message,
    providerId,
    code,
    words,
    'price/amount': price?.amount,
    'price/currency': price?.currency,
    'price/times': price?.times,
  };
  for (const [name, pointers] of Object.entries(places)) {
    for (const pointer of [pointers ?? []].flat()) {
      if (pointer.startsWith('/') && starsIn(pointer) > stars)
        complain(`/reports/${name}`, 'has more * than /reports/each.');
    }
  }
}

function checkProofs({ settings }: Description, { proof: proofs, method }: DescribedReports, complain: Complain): void {
  for (const [index, proof] of proofs.entries()) {
    const place = within('/reports/proof', index);
    for (const name of proofSettings([proof])) {
      const wrong = wrongSetting(name, proof, settings);
      if (wrong !== null) complain(place, `names ${wrong}`);
    }
    if (proof.kind === 'hmac' || proof.kind === 'ed25519') checkSigned(place, { proof, proofs, method }, complain);
  }
}

function wrongSetting(name: string, proof: Proof, settings: Description['settings']): string | null {
  const setting = settings[name];
  if (setting === undefined) return unknownName(name, Object.keys(settings));
  if (setting.by !== undefined) return `${name}, which is a list.`;
  return setting.secret === undefined && isSecret(proof, name) ? `${name}, which must be marked as secret.` : null;
}

function isSecret(proof: Proof, name: string): boolean {
  return proof.kind !== 'ed25519' && !(proof.kind === 'basic' && proof.user === name);
}

/** A signature that does not cover what is reported proves nothing of it. A secret in the address does. */
function checkSigned(
  place: string,
  {
    proof,
    proofs,
    method,
  }: { proof: Extract<Proof, { signed: string }>; proofs: readonly Proof[]; method: 'GET' | 'POST' },
  complain: Complain,
): void {
  const reading = readTemplate(proof.signed);
  if (reading.kind === 'problem') complain(within(place, 'signed'), reading.what);
  const parts = reading.kind === 'problem' ? [] : reading.parts;
  const names = parts.flatMap((part) => ('name' in part ? [part.name] : []));
  for (const name of names) {
    const known = signedNames.some((each) => each === name) || SIGNED_HEADER.test(name);
    if (!known) complain(within(place, 'signed'), `names ${unknownName(name, [...signedNames, 'header.x-name'])}`);
  }
  const covering = method === 'GET' ? ['url'] : ['body', 'sortedFields'];
  const other = proofs.some((each) => each !== proof && each.kind !== 'hmac' && each.kind !== 'ed25519');
  if (!covering.some((each) => names.includes(each)) && !other) {
    complain(
      within(place, 'signed'),
      `does not hold {${covering[0]}}, so anyone could change a report. Add a proof of the kind address.`,
    );
  }
}
