import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Made by Django 5.2. The importer reads hashes and makes none, so that one does for all. */
const HASH = 'pbkdf2_sha256$1000000$seasalt2$Lq5KRJnLp4NCwfDM53/4F07K20GmpglTI7xtijVsLjU=';
const NAMES = ['Asha', 'Bishnu', 'Chandra', 'Deepa', 'Ganesh', 'Hari', 'Indira', 'Kamala'];

/**
 * Writes a file of accounts as a Django service exports them: national and international numbers, three in four verified, most
 * with an address and a password. As many accounts as rows can be imported: no two share a name.
 */
export async function makeFile(path, rows) {
  const stream = createWriteStream(path);
  stream.write('externalId,phoneNumber,phoneVerified,email,emailVerified,username,firstName,lastName,passwordHash\n');
  let text = '';
  for (let row = 0; row < rows; row += 1) {
    text += line(row);
    if (text.length < 1 << 16) continue;
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  }
  stream.end(text);
  await once(stream, 'close');
}

function line(row) {
  const national = `98${String(row).padStart(8, '0')}`;
  const number = row % 2 === 0 ? national : `"+977 ${national.slice(0, 3)}-${national.slice(3)}"`;
  const name = NAMES[row % NAMES.length];
  const email = row % 5 === 0 ? '' : `${name}.${row}@example.com`;
  const hash = row % 10 === 0 ? '!' : HASH;
  const cells = [row, number, row % 4 !== 0, email, row % 3 === 0, `${name}_${row}`, name, `Rai ${row}`, hash];
  return `${cells.join(',')}\n`;
}
