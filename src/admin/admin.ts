import type { Database } from '../database/database.js';
import type { ProviderBalances } from '../messaging/balances/provider-balances.js';
import type { Chore } from '../platform/chore.js';
import { type Loader, loaderOf } from '../platform/loader.js';
import type { User } from '../users/user.js';
import { type ActServices, createActs } from './acts/acts.js';
import type { DeliveryReportService } from './delivery-report/delivery-report.service.js';
import { createDeliveryReports, type ReportParts } from './delivery-report/delivery-report.js';
import { AuditTrailRepository } from './audit-trail/audit-trail.repository.js';
import { AuditTrailService } from './audit-trail/audit-trail.service.js';
import { createDestinations, type DestinationParts, type Destinations } from './destinations/destinations.js';
import type { RouteReportService } from '../learned-routes/route-report.service.js';
import { UserListRepository } from './users/user-list.repository.js';
import { UserListService } from './users/user-list.service.js';

export interface AdminParts extends Omit<DestinationParts, 'settings'>, Omit<ReportParts, 'settings'> {
  readonly settings: DestinationParts['settings'] & ReportParts['settings'];
  readonly db: Database;
  readonly routeReports: RouteReportService;
  readonly balances: ProviderBalances;
}

export interface Admin {
  /** What the resolvers of this room call, each from its folder. */
  readonly services: ActServices &
    Destinations['services'] & {
      readonly deliveryReports: DeliveryReportService;
      readonly routeReports: RouteReportService;
      readonly auditTrail: AuditTrailService;
      readonly userList: UserListService;
      readonly providerBalances: Pick<ProviderBalances, 'known'>;
    };
  /** For one request. */
  readonly loaders: () => AdminLoaders;
  readonly chores: readonly Chore[];
}

/** What lists of this room show of other rooms, read for all items of an answer together. */
export interface AdminLoaders {
  /** Null: there is no such account (any more). */
  readonly usersById: Loader<User | null>;
}

/** What administrators, and those who help users, ask and do. Each folder is one subject. */
export function createAdmin(parts: AdminParts): Admin {
  const { db, clock, settings, routeReports } = parts;
  const users = new UserListRepository(db);
  const destinations = createDestinations(parts);
  return {
    services: {
      ...createActs(parts),
      ...destinations.services,
      deliveryReports: createDeliveryReports(parts),
      routeReports,
      auditTrail: new AuditTrailService({
        ...{ trail: new AuditTrailRepository(db), clock, phoneNumbers: settings.phoneNumbers },
      }),
      userList: new UserListService({ users, clock, phoneNumbers: settings.phoneNumbers }),
      providerBalances: parts.balances,
    },
    loaders: () => ({
      usersById: loaderOf(
        (ids) => users.byIds(ids),
        ({ id }) => id,
      ),
    }),
    chores: [...destinations.chores],
  };
}
