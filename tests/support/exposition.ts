import type { TestService } from './service.js';

/** What a Prometheus server reads of a service. */
export interface Exposition {
  readonly text: string;
  /** The value of a time series by its name and labels without the prefix, as in the text; null: it is not there. */
  value(series: string): number | null;
}

/** @param from an address; without one, a port is opened. */
export async function scrape({ background }: TestService, from?: string): Promise<Exposition> {
  const url = from ?? (await background.metricsServer.listen({ host: '127.0.0.1', port: 0 }));
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = new Map(text.split('\n').map((line): [string, string] => [line.replace(/ \S+$/, ''), line]));
  return {
    text,
    value(series) {
      const line = lines.get(`phone_accounts_${series}`);
      return line === undefined ? null : Number(line.split(' ').at(-1));
    },
  };
}
