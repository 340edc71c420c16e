import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Under ES modules the bare path resolves in TypeScript and fails in Node. */
const bareFpTs = {
  regex: '^fp-ts/(?!lib/[^/]+\\.js$)',
  message: "Import 'fp-ts/lib/Either.js': Node finds no other path.",
}

const childProcesses = ['node:child_process', 'child_process'].map((name) => ({
  name,
  message:
    'Only src/cut/ffmpeg.ts, src/segments/ingest/ffmpeg.ts, src/service/postgres/, src/cli/demo/simulator.ts and src/http/console/built.ts start processes.',
}))

const impureGlobals = [
  ...['performance', 'Intl'].map((name) => ({ name, message: 'machines/ read no clock and no locale.' })),
  ...['crypto', 'Crypto'].map((name) => ({ name, message: 'machines/ make no random numbers: ids come in events.' })),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({
    name,
    message: 'machines/ wait for nothing: what has to happen later is an effect.',
  })),
  ...['process', 'console', 'fetch', 'Buffer', 'WebSocket', 'EventSource', 'require', 'globalThis', 'global'].map(
    (name) => ({
      name,
      message: 'machines/ perform no I/O and know no platform: describe an effect instead.',
    }),
  ),
]

/** Converting a given instant is pure; everything else that Date offers reads the clock or the time zone. */
const impureDates = {
  selector:
    ':not(TSTypeReference):not(NewExpression[arguments.length=1]):not(MemberExpression[property.name=/^(parse|UTC)$/])' +
    ' > Identifier[name="Date"]',
  message: 'machines/ read no clock: times come in events. (new Date(instant), Date.parse and Date.UTC are pure.)',
}

const nodeGlobals = [
  'process',
  'console',
  'URL',
  'performance',
  'setTimeout',
  'setInterval',
  'clearInterval',
  'module',
  'Buffer',
  'AbortController',
]

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/', 'node_modules/']),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    name: 'typescript',
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: false },
      ],
      // An async function without await keeps an interface's promise: what it throws becomes a rejection
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    name: 'imports',
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: childProcesses, patterns: [bareFpTs] }] },
  },
  {
    name: 'imports of what may start processes',
    files: [
      'src/cut/ffmpeg.ts',
      'src/segments/ingest/ffmpeg.ts',
      'src/service/postgres/**/*.ts',
      'src/cli/demo/simulator.ts',
      'src/http/console/built.ts',
      'spec/**/*.ts',
      'bench/**/*.ts',
      'soak/**/*.ts',
    ],
    rules: { 'no-restricted-imports': ['error', { patterns: [bareFpTs] }] },
  },
  {
    name: 'machines are pure',
    files: ['machines/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'machines/ make no random numbers: ids come in events.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!xstate$|io-ts$|fp-ts/lib/[^/]+\\.js$|\\.{1,2}/(?!.*\\bsrc/))',
              message: 'machines/ import only xstate, io-ts, fp-ts/lib/…js and their own files.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        impureDates,
        { selector: 'ImportExpression', message: 'machines/ import statically: loading code is I/O.' },
        { selector: 'AwaitExpression', message: 'machines/ wait for nothing: what takes time is an effect.' },
      ],
    },
  },
  {
    name: 'specs and benchmarks',
    files: ['spec/**/*.ts', 'bench/**/*.ts', 'soak/**/*.ts'],
    rules: {
      // what a response or a row holds is asserted, not proven
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    name: 'the console',
    files: ['src/console/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^node:', message: 'The console runs in a browser.' },
            {
              regex: '^(\\.\\./)+(?!.*console/)(http|log|diagram|service|cut|segments|upload|effects)/',
              allowTypeImports: true,
              message: 'The console takes types of the program, not its code: ask the node by api.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'plain scripts',
    files: [
      'scripts/**/*.mjs',
      'src/cli/reelstate.js',
      'src/cut/**/*.js',
      'bench/**/*.js',
      'soak/**/*.js',
      '*.js',
      '*.cjs',
    ],
    languageOptions: { globals: readable(nodeGlobals) },
  },
)

function readable(names) {
  return Object.fromEntries(names.map((name) => [name, 'readonly']))
}
