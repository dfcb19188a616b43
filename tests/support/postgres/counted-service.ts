import { vi } from 'vitest';
import { startService, type TestService, type TestServiceOptions } from '../service.js';

/**
 * A service whose statements are counted: nothing runs in it by itself every few seconds or every minute. On a busy machine,
 * the signing keys were reloaded, or budgets looked at, in the middle of the call that is counted.
 */
export async function startCountedService(options: TestServiceOptions): Promise<TestService> {
  // Intervals that are set while the service starts never fire.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  return startService(options).finally(() => vi.useRealTimers());
}
