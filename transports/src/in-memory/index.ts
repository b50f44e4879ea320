export { connectionPair, type ConnectionPair, type ConnectionPairOptions } from './connection-pair.ts';
export { InMemoryListener } from './in-memory-listener.ts';
