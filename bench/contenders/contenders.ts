import { echoCodec, roomCodec } from './bare-ws/codec.ts';
import type { Contender } from './contender.ts';
import { fayeCodec } from './faye/codec.ts';
import { jsonHubCodec, messagePackHubCodec } from './hubwire/hub-codec.ts';
import { jsonRpcCodec } from './rpc-websockets/codec.ts';
import { socketIoMsgpackCodec } from './socket-io/msgpack-codec.ts';
import { socketIoCodec } from './socket-io/text-codec.ts';
import { socketClusterCodec } from './socketcluster/codec.ts';

/** What everything is compared with. */
export const referenceName = 'ws';

const hubwire = {
  server: 'hubwire',
  serverOptions: {},
  packages: ['@hubwire/hub-server'],
} as const;
/** The same on the WebSocket engine of its own. */
const hubwireDirect = {
  ...hubwire,
  serverOptions: { webSocketEngine: 'direct' },
  capabilities: ['calls', 'broadcast', 'groups', 'streams'],
  links: ['WebSockets'],
} as const;
const socketIo = { server: 'socket-io', packages: ['socket.io'] } as const;
const aspNetCore = { server: 'aspnetcore', serverOptions: {}, packages: [] } as const;

/** Every row of the tables, in their order. */
export const contenders: readonly Contender[] = [
  {
    name: referenceName,
    server: 'bare-ws',
    serverOptions: {},
    capabilities: ['calls', 'broadcast', 'groups', 'streams', 'own client'],
    links: ['WebSockets'],
    codec: echoCodec,
    roomCodec,
    packages: ['ws'],
    client: async () => (await import('./bare-ws/client.ts')).connect,
  },
  {
    ...hubwire,
    name: 'Hubwire JSON',
    capabilities: ['calls', 'broadcast', 'groups', 'streams', 'own client'],
    links: ['WebSockets', 'ServerSentEvents', 'LongPolling'],
    codec: jsonHubCodec,
    client: async () => (await import('./hubwire/client.ts')).connectJson,
  },
  {
    ...hubwire,
    name: 'Hubwire MessagePack',
    capabilities: ['calls', 'broadcast', 'groups', 'streams', 'own client'],
    links: ['WebSockets', 'LongPolling'],
    codec: messagePackHubCodec,
    client: async () => (await import('./hubwire/client.ts')).connectMessagePack,
  },
  {
    ...hubwireDirect,
    name: 'Hubwire JSON, direct engine',
    codec: jsonHubCodec,
  },
  {
    ...hubwireDirect,
    name: 'Hubwire MessagePack, direct engine',
    codec: messagePackHubCodec,
  },
  {
    ...aspNetCore,
    name: 'SignalR .NET JSON',
    capabilities: ['calls', 'broadcast', 'groups', 'streams', 'own client'],
    links: ['WebSockets', 'ServerSentEvents', 'LongPolling'],
    codec: jsonHubCodec,
    client: async () => (await import('./aspnetcore/client.ts')).connectJson,
  },
  {
    ...aspNetCore,
    name: 'SignalR .NET MessagePack',
    capabilities: ['calls', 'broadcast', 'groups', 'streams', 'own client'],
    links: ['WebSockets'],
    codec: messagePackHubCodec,
    client: async () => (await import('./aspnetcore/client.ts')).connectMessagePack,
  },
  {
    ...socketIo,
    name: 'Socket.IO',
    serverOptions: {},
    capabilities: ['calls', 'broadcast', 'groups', 'own client'],
    links: ['WebSockets', 'EngineIoPolling'],
    codec: socketIoCodec,
    client: async () => (await import('./socket-io/client.ts')).connectText,
  },
  {
    ...socketIo,
    name: 'Socket.IO msgpack',
    serverOptions: { parser: 'msgpack' },
    capabilities: ['calls', 'broadcast', 'groups', 'own client'],
    links: ['WebSockets'],
    codec: socketIoMsgpackCodec,
    packages: ['socket.io', 'socket.io-msgpack-parser'],
    client: async () => (await import('./socket-io/client.ts')).connectMsgpack,
  },
  {
    name: 'rpc-websockets',
    server: 'rpc-websockets',
    serverOptions: {},
    capabilities: ['calls', 'broadcast', 'groups', 'own client'],
    links: ['WebSockets'],
    codec: jsonRpcCodec,
    packages: ['rpc-websockets'],
    client: async () => (await import('./rpc-websockets/client.ts')).connect,
  },
  {
    name: 'SocketCluster',
    server: 'socketcluster',
    serverOptions: {},
    capabilities: ['calls', 'broadcast', 'groups', 'own client'],
    links: ['WebSockets'],
    codec: socketClusterCodec,
    packages: ['socketcluster-server'],
    client: async () => (await import('./socketcluster/client.ts')).connect,
  },
  {
    name: 'Faye',
    server: 'faye',
    serverOptions: {},
    capabilities: ['broadcast', 'groups'],
    links: ['WebSockets'],
    codec: fayeCodec,
    packages: ['faye'],
  },
];
