import { startConformanceServer } from './conformance-server.ts';

const { HOST: host = '127.0.0.1', PORT: port = '5000' } = process.env;
const server = await startConformanceServer({ host, port: Number(port) });
console.log(`listening on ${server.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
