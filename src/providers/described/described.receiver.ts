import type { Clock } from '../../platform/clock.js';
import type { DeliveryReports, ReportReceiver, ReportRequest } from '../delivery-report.js';
import type { Description, DescribedReports } from './description.js';
import { Hidden, secretsIn } from './hidden.js';
import { isProved } from './proof.js';
import { readReports } from './reading.js';
import type { DescribedSettings } from './setting-values.js';
import { reportPath } from './report-address.js';

export interface DescribedReceiverParts {
  readonly description: Description & { readonly reports: DescribedReports };
  readonly settings: DescribedSettings;
  readonly reports: DeliveryReports;
  readonly clock: Clock;
}

/** Takes reports of a provider that a file describes. It first checks that they come from there. */
export class DescribedReportReceiver implements ReportReceiver {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  // Providers name a form JSON, and JSON nothing at all.
  readonly contentType = '*';
  // Private to the runtime too: they hold secrets.
  readonly #parts: DescribedReceiverParts;

  constructor(parts: DescribedReceiverParts) {
    this.path = reportPath(parts.description.name);
    this.method = parts.description.reports.method;
    this.#parts = parts;
  }

  /** A report that comes twice is passed on twice: it changes nothing the second time. */
  async receive(request: ReportRequest): Promise<200 | 204 | 400 | 403> {
    const { description, reports, clock } = this.#parts;
    const { proof, acknowledge = 204 } = description.reports;
    const secretOf = (setting: string) => this.#text(setting) ?? '';
    if (!(await isProved(proof, request, { secretOf, clock }))) return 403;
    const found = readReports(request, {
      provider: description.name,
      reports: description.reports,
      hidden: new Hidden(secretsIn(this.#parts)),
      values: (name) => this.#text(name),
    });
    if (found === null) return 400;
    for (const report of found) await reports.report(report);
    return acknowledge;
  }

  #text(setting: string): string | undefined {
    const value = this.#parts.settings.get(setting)?.value;
    return typeof value === 'string' ? value : undefined;
  }
}
