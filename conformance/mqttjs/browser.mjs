// MQTT.js from a page in headless Chromium: node browser.mjs URL...
// CHROMIUM names the browser; --insecure in front of the URLs lets it take a certificate that it does not know.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const urls = process.argv.slice(2).filter((word) => word !== '--insecure');
const ignoreHTTPSErrors = process.argv.includes('--insecure');
if (urls.length === 0) {
  console.error('usage: node browser.mjs [--insecure] URL...');
  process.exit(2);
}
const files = {
  '/': ['text/html', '<!doctype html><title>MQTT</title><script src="/mqtt.js"></script>'],
  '/mqtt.js': ['text/javascript', await readFile(new URL('node_modules/mqtt/dist/mqtt.min.js', import.meta.url))],
  '/exchange.mjs': ['text/javascript', await readFile(new URL('exchange.mjs', import.meta.url))],
};
const server = createServer((request, response) => {
  const [type, body] = files[request.url] ?? [];
  response.writeHead(body ? 200 : 404, { 'Content-Type': type ?? 'text/plain' });
  response.end(body ?? 'no');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ...(ignoreHTTPSErrors ? ['--ignore-certificate-errors'] : [])],
});
try {
  const page = await (await browser.newContext({ ignoreHTTPSErrors })).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  for (const url of urls) {
    const count = await page.evaluate(async (target) => {
      const { exchange } = await import('/exchange.mjs');
      return exchange(window.mqtt, target);
    }, url);
    console.log(`chromium ${url}: ${count} messages came back`);
  }
} finally {
  await browser.close();
  server.close();
}
