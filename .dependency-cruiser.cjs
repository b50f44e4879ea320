const {
  packages,
  entries,
  hubServerOrder,
  hubServerShared,
  transportsHalves,
  compositionRoots,
  thirdParty,
  isomorphic,
} = require('./scripts/layers.cjs');

const all = Object.keys(packages);
const published = all.filter((name) => !['samples', 'interop', 'bench'].includes(name));
const any = (names) => `(${names.join('|')})`;
const tests = ['\\.(test|test-d)\\.ts$', '/testing/'];

const packageRules = all.map((name) => ({
  name: `layers/${name}`,
  comment: `${name} may import ${packages[name].join(', ') || 'no other package'} (scripts/layers.cjs)`,
  from: { path: `^${name}/` },
  to: { path: `^${any(all.filter((other) => other !== name && !packages[name].includes(other)))}/` },
}));

const hubServerRules = hubServerOrder.flatMap((row, index) =>
  row.map((folder) => ({
    name: `hub-server/${folder}`,
    comment: 'inside hub-server imports go down the order in scripts/layers.cjs',
    from: { path: `^hub-server/src/${folder}/`, pathNot: tests },
    to: {
      path: `^hub-server/src/${any([...hubServerOrder.slice(0, index).flat(), ...row])}/`,
      pathNot: `^hub-server/src/${folder}/`,
    },
  })),
);

const transportsRules = transportsHalves.map((half) => ({
  name: `transports/${half}`,
  comment: `${transportsHalves.join('/, ')}/ share the root files only`,
  from: { path: `^transports/src/${half}/`, pathNot: tests },
  to: { path: `^transports/src/${any(transportsHalves.filter((other) => other !== half))}/` },
}));

const compositionRootRules = Object.entries(compositionRoots).map(([entry, { of, only }]) => ({
  name: `only-from-root/${entry}`,
  comment: `${of} meets ${entry} in its composition root only, types aside`,
  from: { path: `^${of}/src/`, pathNot: [only, ...tests] },
  to: { path: `^${entry}/`, dependencyTypesNot: ['type-only'] },
}));

const thirdPartyRules = Object.entries(thirdParty).map(([name, only]) => ({
  name: `only-from/${name}`,
  comment: `${name} stays behind the file that wraps it`,
  from: { path: `^${any(published)}/src/`, pathNot: [only, ...tests] },
  to: { path: `(^|/)node_modules/(@types/)?${name}/` },
}));

const rules = [
  { name: 'no-cycles', comment: 'type-only imports count', from: {}, to: { circular: true } },
  ...packageRules,
  {
    name: 'entry-files-only',
    comment: 'another package is imported by its entries, as users do',
    from: { path: `^${any(all)}/` },
    to: { path: `^${any(published)}/`, pathNot: ['^$1/', ...entries, '^[a-z-]+/package\\.json$'] },
  },
  ...hubServerRules,
  {
    name: 'hub-server/shared',
    comment: 'options, errors and observability are importable by all folders and import none of them',
    from: { path: `^hub-server/src/${any(hubServerShared)}`, pathNot: tests },
    to: { path: `^hub-server/src/${any(hubServerOrder.flat())}/` },
  },
  ...transportsRules,
  ...compositionRootRules,
  ...thirdPartyRules,
  {
    name: 'no-tests-in-src',
    comment: 'what users load never imports tests or test helpers',
    from: { path: `^${any(published)}/src/`, pathNot: tests },
    to: { path: tests },
  },
  {
    name: 'isomorphic',
    comment: 'this part runs in browsers: no node: modules',
    from: { path: isomorphic, pathNot: [...tests, '\\.node\\.ts$'] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'declared-dependencies',
    comment: 'src imports only what its own package.json declares for users',
    from: { path: `^${any(published)}/src/`, pathNot: '\\.(test|test-d)\\.ts$' },
    to: {
      dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
      dependencyTypesNot: ['npm-peer'],
      pathNot: `^${any(published)}/`,
    },
  },
  { name: 'resolvable', comment: 'an import that leads nowhere', from: {}, to: { couldNotResolve: true } },
];

module.exports = {
  forbidden: rules.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['^[^/]+/dist/', '^samples/[^/]+/dist/', '^interop/aspnetcore/', '(^|/)\\.extracted/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@hubwire/source', 'node', 'import', 'types', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json', '.d.ts'],
    },
  },
};
