// MQTT.js from Node: node node.mjs URL... ; wss URLs trust the certificate that NODE_EXTRA_CA_CERTS names.
import mqtt from 'mqtt';
import { exchange } from './exchange.mjs';

const urls = process.argv.slice(2);
if (urls.length === 0) {
  console.error('usage: node node.mjs URL...');
  process.exit(2);
}
for (const url of urls) {
  console.log(`node ${url}: ${await exchange(mqtt, url)} messages came back`);
}
