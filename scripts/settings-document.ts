import { settings } from '../src/config/settings.js';

const HEAD = `# Settings

Written by \`npm run generate\` from the source.

The service reads its settings from the environment and from a file \`.env\` in the working folder. The environment wins.
To start a \`.env\`, copy [.env.example](../.env.example). An empty value means the default. Durations are in seconds.

If the service cannot read \`.env\` as it was meant, it names each line and does not start. Put a value that holds a \`#\`
in quotes: \`SERVICE_NAME="C# Shop"\`. At start the log names everything in \`.env\` that is no setting, and names in the
environment that look like a misspelt one.

[Production](production.md) says which settings to choose before you go online.

| setting | default | meaning |
| --- | --- | --- |`;

/** docs/settings.md. */
export function settingsDocument(): string {
  const rows = Object.entries(settings).map(
    ([name, { about, shown }]) => `| \`${name}\` | ${cell(shown)} | ${cell(about)} |`,
  );
  return `${[HEAD, ...rows].join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
