// Who may import whom. `npm run lint` checks it; spec/project/imports.spec.ts proves that it catches a violation.

/** Each part of the program, and the other parts that its files may import. A part that isn't here may import nothing. */
const mayImport = {
  machines: [],
  'src/segments': ['machines'],
  'src/cut': ['machines', 'src/segments'],
  'src/upload': ['machines'],
  'src/log': ['machines'],
  'src/thumbnail': ['machines'],
  'src/announce': ['machines', 'src/log'],
  'src/diagram': ['machines'],
  'src/observe': ['machines', 'src/log'],
  'src/effects': ['machines', 'src/log', 'src/segments', 'src/cut', 'src/upload', 'src/thumbnail'],
  'src/http': ['machines', 'src/log', 'src/segments', 'src/cut', 'src/diagram', 'src/thumbnail', 'src/observe'],
  'src/console': ['machines', 'src/http/console/paths.ts'],
  'src/service/postgres': [],
  'src/service': [
    ...['machines', 'src/log', 'src/segments', 'src/cut', 'src/upload', 'src/diagram', 'src/effects', 'src/http'],
    ...['src/announce', 'src/thumbnail', 'src/observe', 'src/service/postgres'],
  ],
  'src/cli': ['machines', 'src/[^/]+'],
}

const directions = Object.entries(mayImport).map(([part, others]) => ({
  name: `imports-of-${part.replaceAll('/', '-')}`,
  comment: `${part} may import ${['itself', ...others].join(', ')}.`,
  severity: 'error',
  from: { path: `^${part}/`, pathNot: Object.keys(mayImport).filter(isInside(part)).map(folder) },
  to: {
    path: '^(src|machines|spec|bench|scripts|migrations)/',
    pathNot: [part, ...others].map(folder),
    // what a page takes for types is gone when it is built
    ...(part === 'src/console' ? { dependencyTypesNot: ['type-only'] } : {}),
  },
}))

function isInside(part) {
  return (other) => other.startsWith(`${part}/`)
}

function folder(part) {
  return `^${part}(/|$)`
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'known-parts-only',
      comment: 'A new part of src/ has to be given its place in mayImport above.',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(mayImport).map(folder) },
      to: {},
    },
    {
      name: 'machines-import-few-packages',
      comment: 'machines/ are pure: of what is not theirs they import xstate, io-ts and fp-ts only.',
      severity: 'error',
      from: { path: '^machines/' },
      to: { pathNot: ['^machines/', '(^|/)node_modules/(xstate|io-ts|fp-ts)/'] },
    },
    {
      name: 'no-cycles',
      comment:
        'Files that import each other in a circle are one file in disguise. A type may look back: it is gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file and it imports nothing: it is left over.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '^src/cli/reelstate\\.js$'] },
      to: {},
    },
    {
      name: 'no-development-packages',
      comment:
        'What src/ and machines/ import must be there where only `dependencies` are installed. The console is built before.',
      severity: 'error',
      from: { path: '^(src|machines)/', pathNot: '^src/console/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'images-when-needed',
      comment: 'sharp takes longer to load than most commands to run: it is loaded where an image is made.',
      severity: 'error',
      from: { path: '^(src|machines)/' },
      to: { path: '(^|/)node_modules/sharp/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'traces-when-configured',
      comment: 'OpenTelemetry is large, and few configure traces: it is loaded by those alone.',
      severity: 'error',
      from: { path: '^(src|machines)/' },
      to: { path: '(^|/)node_modules/@opentelemetry/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
