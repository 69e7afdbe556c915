// One folder of lib/ against its suite: MUTATED names it (main.mjs runs one after the other).
const folder = process.env.MUTATED

// biome-ignore lint/style/noDefaultExport: it is what Stryker reads.
export default {
  mutate: [`lib/${folder}/**/*.ts`, '!lib/policy/generated/**'],
  ignorers: ['messages'],
  ignorePatterns: ['dist', 'spec/mutation/node_modules', 'reports'],
  disableTypeChecks: false,
  tsconfigFile: 'none.json',
  // In place, beside the sources: a spec that is plain JavaScript starts several times as fast.
  buildCommand: 'npx tsc -p spec/mutation/tsconfig.json',
  testRunner: 'tap',
  tap: {
    testFiles: ['spec/mutation/suites/quick.js', 'spec/mutation/suites/rest.js'],
    nodeArgs: [
      'node_modules/mocha/bin/mocha.js',
      '--no-config',
      '--bail',
      '--timeout',
      '30000',
      '--exit',
      '--reporter',
      'tap',
      '{{testFile}}',
    ],
    forceBail: true,
  },
  plugins: ['@stryker-mutator/tap-runner', './spec/mutation/messages.mjs', './spec/mutation/lines.mjs'],
  coverageAnalysis: 'perTest',
  timeoutMS: 20_000,
  timeoutFactor: 3,
  concurrency: 2,
  reporters: ['clear-text', 'progress-append-only', 'json', 'lines'],
  jsonReporter: { fileName: `reports/mutation-${folder}.json` },
  thresholds: { high: 95, low: 90, break: 90 },
}
