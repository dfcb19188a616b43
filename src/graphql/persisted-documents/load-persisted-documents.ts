import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Logger } from '../../platform/logger.js';
import { projectFolder } from '../../platform/project-folder.js';
import { StartupError } from '../../platform/startup-error.js';
import { type CheckedAgainst, checkDocument } from './document-check.js';
import { type ManifestEntry, readManifest } from './manifest.js';
import { type KnownDocument, PersistedDocuments } from './persisted-documents.js';

/** One manifest for each page or package that comes with the product (scripts/persisted-documents.ts). */
const SHIPPED = new URL('assets/persisted-documents/', projectFolder);
const OF_CONSOLE = 'console.json';

export interface PersistedDocumentSettings {
  /** Whether the service runs no other document. */
  readonly only: boolean;
  readonly files: readonly string[];
}

export interface LoadParts extends CheckedAgainst {
  /** Whether the documents of the console are among them. */
  readonly adminConsole: boolean;
  readonly logger: Logger;
}

/** A manifest, and how messages name it. */
interface Source {
  readonly name: string;
  readonly path: string | URL;
}

/**
 * Reads the manifests of the operator and those that come with the product, and checks every document. Null: the service
 * knows no documents.
 * @throws StartupError with every problem
 */
export async function loadPersistedDocuments(
  settings: PersistedDocumentSettings | null,
  { adminConsole, logger, ...against }: LoadParts,
): Promise<PersistedDocuments | null> {
  if (settings === null) return null;
  const files = settings.files.map((path) => ({ name: `PERSISTED_DOCUMENTS_FILES (${path})`, path }));
  const sources = [...(await shipped(adminConsole)), ...files];
  const loading = new Loading(against);
  for (const source of sources) await loading.add(source);
  const { problems, warnings, byId } = loading;
  if (problems.length > 0) {
    throw new StartupError(['these documents need attention', ...problems].join('\n  - '));
  }
  for (const warning of warnings) logger.warn(warning);
  return new PersistedDocuments({ only: settings.only, byId });
}

async function shipped(adminConsole: boolean): Promise<Source[]> {
  const names = (await readdir(SHIPPED)).filter((name) => adminConsole || name !== OF_CONSOLE);
  return names.map((name) => ({ name: `assets/persisted-documents/${name}`, path: new URL(name, SHIPPED) }));
}

/** What was read so far, with all problems. */
class Loading {
  readonly byId = new Map<string, KnownDocument>();
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #against: CheckedAgainst;
  /** Several manifests can have one document. */
  readonly #checked = new Map<string, KnownDocument>();

  constructor(against: CheckedAgainst) {
    this.#against = against;
  }

  async add({ name, path }: Source): Promise<void> {
    const content = await readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
      this.problems.push(`${name} cannot be read (${code}).`);
      return null;
    });
    if (content === null) return;
    const reading = readManifest(content);
    if (reading.kind === 'unreadable') {
      this.problems.push(`${name} cannot be used: ${reading.problem}.`);
      return;
    }
    for (const entry of reading.entries) this.#addDocument(entry, `${name}: the document ${entry.id}`);
  }

  #addDocument({ id, text }: ManifestEntry, name: string): void {
    const sha256 = createHash('sha256').update(text).digest('hex');
    if (id.startsWith('sha256:') && id !== `sha256:${sha256}`) {
      this.problems.push(`${name} has another hash: ${sha256}. Make the manifest again.`);
      return;
    }
    const other = this.byId.get(id);
    if (other && other.text !== text) {
      this.problems.push(`${name} has the id of another document.`);
      return;
    }
    const known = this.#checked.get(sha256) ?? this.#check(text, { sha256, name });
    if (known) this.byId.set(id, known);
  }

  #check(text: string, { sha256, name }: { sha256: string; name: string }): KnownDocument | null {
    const check = checkDocument(text, this.#against);
    if (check.kind === 'invalid') {
      this.problems.push(`${name} is not valid: ${check.problem}`);
      return null;
    }
    this.warnings.push(...check.deprecations.map((message) => `${name} uses what will be removed. ${message}`));
    const known = { text, sha256, document: check.document };
    this.#checked.set(sha256, known);
    return known;
  }
}
