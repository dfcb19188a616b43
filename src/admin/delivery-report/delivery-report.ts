import { BlockRepository } from '../../blocks/block.repository.js';
import type { Database } from '../../database/database.js';
import type { PhoneConfig } from '../../phone/phone.settings.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { Clock } from '../../platform/clock.js';
import type { CodeRequestNotes } from '../../sign-in/code-requests/code-request-notes.js';
import { DeliveryReportService } from './delivery-report.service.js';
import { ReportRepository } from './report.repository.js';

export interface ReportParts {
  readonly db: Database;
  readonly settings: Pick<PhoneConfig, 'phoneNumbers' | 'destinations'>;
  readonly codeRequests: Pick<CodeRequestNotes, 'idle'>;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
}

/** "Why did I get no code?" */
export function createDeliveryReports({ db, settings, ...parts }: ReportParts): DeliveryReportService {
  const { phoneNumbers, destinations } = settings;
  const [reports, blocks] = [new ReportRepository(db), new BlockRepository(db)];
  return new DeliveryReportService({ ...parts, phoneNumbers, destinations, reports, blocks });
}
