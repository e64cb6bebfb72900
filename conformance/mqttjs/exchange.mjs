// What both checks do with MQTT.js: exchange messages at each QoS, small and large, in MQTT 3.1.1 and 5.

/**
 * Publishes to itself and waits for everything to come back.
 *
 * @param mqtt the MQTT.js module
 * @param url broker, such as ws://127.0.0.1:8083/mqtt
 * @param options further connect options
 * @returns number of messages that came back, all of them right
 */
export async function exchange(mqtt, url, options = {}) {
  let count = 0;
  for (const protocolVersion of [4, 5]) {
    const clientId = `js-${protocolVersion}-${Math.random().toString(16).slice(2)}`;
    const client = await mqtt.connectAsync(url, {
      protocolVersion, clientId, connectTimeout: 10000, reconnectPeriod: 0, ...options,
    });
    const expected = [];
    const received = [];
    let done;
    const all = new Promise((resolve, reject) => {
      done = resolve;
      client.on('error', reject);
      client.on('close', () => reject(new Error('closed early')));
    });
    client.on('message', (topic, payload) => {
      received.push(`${topic}:${payload.length}`);
      if (received.length === expected.length) done();
    });
    await client.subscribeAsync(`${clientId}/#`, { qos: 2 });
    for (const qos of [0, 1, 2]) {
      for (const size of [0, 1, 125, 126, 65535, 65536, 200000]) {
        expected.push(`${clientId}/${qos}/${size}:${size}`);
      }
    }
    for (const line of expected) {
      const [topic, size] = line.split(':');
      await client.publishAsync(topic, 'x'.repeat(Number(size)), { qos: Number(topic.split('/')[1]) });
    }
    await Promise.race([all, new Promise((_, no) => setTimeout(() => no(new Error(
      `only ${received.length} of ${expected.length} came back`)), 15000))]);
    if (received.join() !== expected.join()) {
      throw new Error(`wrong messages or order: ${received.join()}`);
    }
    count += received.length;
    client.removeAllListeners('close');
    await client.endAsync();
  }
  return count;
}
