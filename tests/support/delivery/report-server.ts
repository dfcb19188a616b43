import { Writable } from 'node:stream';
import { startApollo } from '../../../src/graphql/apollo.js';
import { ErrorMasking } from '../../../src/graphql/error-masking.js';
import { Drain } from '../../../src/http/drain.js';
import { RequestRate } from '../../../src/http/request-rate.js';
import { createServer } from '../../../src/http/server.js';
import type { DeliveryReport, DeliveryReports, ReportReceiver } from '../../../src/providers/delivery-report.js';
import { createLogger } from '../../../src/platform/logger.js';
import { schema } from '../../../src/schema.js';
import { ManualClock } from '../manual-clock.js';
import { noMetrics } from '../no-metrics.js';

/** Keeps what is reported, or cannot. */
export class RecordingReports implements DeliveryReports {
  readonly told: DeliveryReport[] = [];
  #failure: Error | null = null;

  async report(report: DeliveryReport): Promise<boolean> {
    if (this.#failure) throw this.#failure;
    this.told.push(report);
    return true;
  }

  /** What keeping the next reports ends in; null: they are kept again. */
  failWith(failure: Error | null): void {
    this.#failure = failure;
  }
}

export interface ReportServer {
  /** Of the service itself, behind whatever proxy there is. */
  readonly url: string;
  /** Finished log lines. */
  readonly logs: string[];
  close(): Promise<void>;
}

const BOUNDLESS = { windowSeconds: 60, narrow: 1e9, wide: 1e9, widest: 1e9 };

/** The real HTTP side with receivers, and nothing behind /graphql. */
export async function startReportServer(
  receivers: readonly ReportReceiver[],
  publicUrl: string,
): Promise<ReportServer> {
  const logs: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logs.push(String(chunk));
      done();
    },
  });
  const logger = createLogger('info', destination);
  const masking = new ErrorMasking(() => false);
  const apollo = await startApollo({ schema, production: true, introspection: false, masking, logger });
  const server = await createServer({
    apollo,
    createContext: () => Promise.reject(new Error('There is no context.')),
    logger,
    publicUrl,
    settings: {
      production: true,
      sessionCookies: false,
      corsOrigins: ['https://app.example.com'],
      trustProxy: 1,
      trustedGateways: [],
    },
    algorithm: 'ES256',
    requestRate: new RequestRate({ limit: BOUNDLESS, clock: new ManualClock(), metrics: noMetrics }),
    drain: new Drain(),
    receivers,
    keySet: () => ({ keys: [] }),
    ping: async () => {},
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    logs,
    close: async () => {
      await server.close();
      await apollo.stop();
    },
  };
}
