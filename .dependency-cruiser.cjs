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
const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const packageRules = all.map((name) => {
  const forbidden = all.filter((other) => other !== name && !packages[name].includes(other));
  return error(
    `layers/${name}`,
    `${name} may import ${packages[name].join(', ') || 'no other package'} (scripts/layers.cjs)`,
    { path: `^${name}/` },
    { path: `^${any(forbidden)}/` },
  );
});

const hubServerRules = hubServerOrder.flatMap((row, index) => {
  const above = hubServerOrder.slice(0, index).flat();
  return row.flatMap((folder) => {
    const forbidden = [...above, ...row.filter((other) => other !== folder)];
    if (forbidden.length === 0) return [];
    return error(
      `hub-server/${folder}`,
      'inside hub-server imports go down: hosting > connection > dispatch > activation, auth, clients > lifetime > backplane',
      { path: `^hub-server/src/${folder}/`, pathNot: tests },
      { path: `^hub-server/src/${any(forbidden)}/` },
    );
  });
});

const compositionRootRules = Object.entries(compositionRoots).map(([entry, { of, only }]) =>
  error(
    `only-from-root/${entry}`,
    `${of} meets ${entry} in its composition root only`,
    { path: `^${of}/src/`, pathNot: [only, ...tests] },
    { path: `^${entry}/` },
  ),
);

const thirdPartyRules = Object.entries(thirdParty).map(([name, only]) =>
  error(
    `only-from/${name}`,
    `${name} stays behind the file that wraps it`,
    { path: `^${any(published)}/src/`, pathNot: [only, ...tests] },
    { path: `(^|/)node_modules/(@types/)?${name}/` },
  ),
);

module.exports = {
  forbidden: [
    error('no-cycles', 'type-only imports count', {}, { circular: true }),
    ...packageRules,
    error(
      'entry-files-only',
      'another package is imported by its entries, as users do',
      { path: `^${any(all)}/` },
      { path: `^${any(published)}/`, pathNot: ['^$1/', ...entries, '^[a-z-]+/package\\.json$'] },
    ),
    ...hubServerRules,
    error(
      'hub-server/shared',
      'options, errors and observability are importable by all and import none of the folders',
      { path: `^hub-server/src/${any(hubServerShared)}`, pathNot: tests },
      { path: `^hub-server/src/${any(hubServerOrder.flat())}/` },
    ),
    ...transportsHalves.map((half) =>
      error(
        `transports/${half}`,
        'server/, client/ and in-memory/ share the root files only',
        { path: `^transports/src/${half}/`, pathNot: tests },
        { path: `^transports/src/${any(transportsHalves.filter((other) => other !== half))}/` },
      ),
    ),
    ...compositionRootRules,
    ...thirdPartyRules,
    error(
      'no-tests-in-src',
      'what users load never imports tests or test helpers',
      { path: `^${any(published)}/src/`, pathNot: tests },
      { path: tests },
    ),
    error(
      'isomorphic',
      'this part runs in browsers: no node: modules',
      { path: isomorphic, pathNot: [...tests, '\\.node\\.ts$'] },
      { dependencyTypes: ['core'] },
    ),
    error(
      'declared-dependencies',
      'src imports only what its own package.json declares',
      { path: `^${any(published)}/src/`, pathNot: '\\.(test|test-d)\\.ts$' },
      {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['npm-peer'],
        pathNot: `^${any(published)}/`,
      },
    ),
    error('resolvable', 'an import that leads nowhere', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '(^|/)dist/'] },
    exclude: { path: ['(^|/)dist/', '^interop/aspnetcore/'] },
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
