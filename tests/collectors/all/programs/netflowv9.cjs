/** Prints what node-netflowv9 makes of each flow, as JSON. Datagrams are lines of hexadecimal digits. */
const { readFileSync } = require('node:fs');
const [, , folder] = process.argv;
const Collector = require(`${folder}/node_modules/node-netflowv9`);

const collector = new Collector({});
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const datagram = Buffer.from(line, 'hex');
  const packet = collector.nfPktDecode(datagram, { address: '127.0.0.1', port: 1 });
  const { seconds = 0, uptime = 0 } = packet?.header ?? {};
  for (const flow of packet?.flows ?? []) {
    process.stdout.write(`${JSON.stringify({ ...flow, boot: seconds * 1000 - uptime })}\n`);
  }
}
process.exitCode = 0;
