import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

// Serves the page, and the modules of the client beside it. In production any web server or bundler does the same.
const port = Number(process.env.PORT ?? 3000);
const accounts = process.env.ACCOUNTS_URL ?? 'http://localhost:4000';
const client = new URL('.', import.meta.resolve('@phone-accounts/client'));
const page = fileURLToPath(new URL('index.html', import.meta.url));

const server = createServer(async (request, response) => {
  const [, module] = /^\/client\/([\w./-]+\.js)$/.exec(request.url ?? '') ?? [];
  try {
    if (request.url === '/') {
      const html = await readFile(page, 'utf8');
      response.setHeader('content-type', 'text/html').end(html.replace('http://localhost:4000', accounts));
    } else if (module && !module.includes('..')) {
      const code = await readFile(new URL(module, client));
      response.setHeader('content-type', 'text/javascript').end(code);
    } else {
      response.writeHead(404).end();
    }
  } catch {
    response.writeHead(404).end();
  }
});

server.listen(port, 'localhost', () => process.stdout.write(`The example: http://localhost:${port}\n`));
