import { readdirSync, readFileSync } from 'node:fs';
import { projectFolder } from '../../platform/project-folder.js';
import type { ProviderDefinition } from '../provider.js';
import { describedProvider } from './described.provider.js';
import type { Description } from './description.js';

/** A file for each, named as the provider. */
export const SHIPPED = new URL('assets/providers/', projectFolder);

/** The descriptions that come with the service, in the order of their names. A test checks them, so that a start need not. */
export function shippedDescriptions(): Description[] {
  const files = readdirSync(SHIPPED).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, SHIPPED), 'utf8')) as Description);
}

export const shippedProviders: readonly ProviderDefinition[] = shippedDescriptions().map(describedProvider);
