// Who may import whom. This table is what `npm run check:layers` enforces (.dependency-cruiser.cjs turns it into rules)
// and what CONTRIBUTING.md explains. Whatever is not allowed here is an error, type-only imports included.

/** Which of our packages each package may import. */
const packages = {
  'hub-protocol': [],
  transports: [],
  'hub-server': ['hub-protocol', 'transports'],
  'hub-client': ['hub-protocol', 'transports'],
  samples: ['hub-protocol', 'transports', 'hub-server', 'hub-client'],
  interop: ['hub-protocol', 'transports', 'hub-server', 'hub-client'],
  bench: ['hub-protocol', 'transports', 'hub-server', 'hub-client'],
};

/** The files of a package that other packages may import: its `exports` map, as sources. */
const entries = [
  '^(hub-protocol|transports|hub-server|hub-client)/src/index\\.ts$',
  '^hub-protocol/src/(messagepack|json-rpc|peer|testing)/index\\.ts$',
  '^transports/src/(server|client|in-memory|testing)/index\\.ts$',
  '^hub-server/src/testing/index\\.ts$',
  '^hub-client/src/react/index\\.ts$',
  '^hub-server/src/hosting/jwt-bearer\\.ts$',
];

/** Folders of hub-server from the top down: a folder imports folders further down, never its own row or one above. */
const hubServerOrder = [
  ['hosting'],
  ['connection'],
  ['dispatch'],
  ['activation', 'auth', 'clients'],
  ['lifetime'],
  ['backplane'],
];

/** Of hub-server, importable by every folder; they import none of the folders above. */
const hubServerShared = ['[a-z-]*options\\.ts', 'errors\\.ts', 'observability/'];

/** Folders of transports that never import each other; what they share is in the root files. */
const transportsHalves = ['server', 'client', 'in-memory'];

/** Entries of transports whose values a package uses in one place only, its composition root; types travel further. */
const compositionRoots = {
  'transports/src/server': { of: 'hub-server', only: '^hub-server/src/hosting/' },
  'transports/src/client': {
    of: 'hub-client',
    only: '^hub-client/src/(connect|hub-connection-builder|signalr/transport-adapter)\\.ts$',
  },
};

/** For packages that users bring along and that we know by the shape of their objects. */
const nobody = '^$';

/** Third-party packages that only the named files import (tests and samples aside). */
const thirdParty = {
  ws: '^transports/src/(server/web-socket-[a-z-]+|server/upgrade-listener|client/platform/web-socket\\.node)\\.ts$',
  eventsource: '^transports/src/client/platform/event-source\\.node\\.ts$',
  express: '^transports/src/server/express-adapter\\.ts$',
  msgpackr: nobody,
  inversify: nobody,
  jose: '^hub-server/src/hosting/jwt-bearer\\.ts$',
};

/** What runs in browsers and so imports no `node:` module, files named `*.node.ts` aside. */
const isomorphic = ['^hub-protocol/src/', '^hub-client/src/', '^transports/src/client/'];

module.exports = {
  packages,
  entries,
  hubServerOrder,
  hubServerShared,
  transportsHalves,
  compositionRoots,
  thirdParty,
  isomorphic,
};
