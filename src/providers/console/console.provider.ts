import { channels } from '../../texts/channel.js';
import { defineProvider } from '../provider.js';
import { ConsoleSender } from './console.sender.js';

/** Prints messages in the terminal: what a developer has without any setting. */
export const consoleProvider = defineProvider({
  name: 'console',
  channels,
  developmentOnly: true,
  settings: {},
  advice: { badCredentials: 'The terminal needs no credentials.' },
  read: () => null,
  openSender: async (_config, { output }) => new ConsoleSender(output),
});
