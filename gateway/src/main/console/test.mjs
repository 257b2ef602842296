// Runs the tests of the console's pure parts: bundles them and hands them to node's own runner.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const out = mkdtempSync(join(tmpdir(), 'console-test-'))
try {
  await build({
    absWorkingDir: dirname(fileURLToPath(import.meta.url)),
    entryPoints: ['test/console.test.ts'],
    outfile: join(out, 'console.test.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  process.exitCode = spawnSync(process.execPath, ['--test', '--test-reporter=dot', out], { stdio: 'inherit' }).status ?? 1
} finally {
  rmSync(out, { recursive: true })
}
