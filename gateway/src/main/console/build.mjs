// Bundles the console into the gateway's resources. The same sources give the same bytes.
//   node build.mjs             writes the bundle
//   node build.mjs --verify    fails if the bundle that stands there is another
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '..', 'resources', 'io', 'shiplog', 'gateway', 'console')

/** SHA-256 over every source's name and bytes: what a machine without node compares (ConsoleBundleTest). */
function fingerprint() {
  const names = ['build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json']
  const walk = (folder) =>
    readdirSync(join(here, folder)).forEach((name) => {
      const path = `${folder}/${name}`
      if (statSync(join(here, path)).isDirectory()) walk(path)
      else names.push(path)
    })
  walk('src')
  const hash = createHash('sha256')
  names.sort().forEach((name) => hash.update(name).update('\0').update(readFileSync(join(here, name))).update('\0'))
  return hash.digest('hex') + '\n'
}

const bundled = await build({
  absWorkingDir: here,
  entryPoints: { console: 'src/main.tsx', terminal: 'src/terminal.ts' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.woff2': 'file' },
  assetNames: '[name]',
  legalComments: 'eof',
  write: false,
})
const files = new Map(bundled.outputFiles.map((file) => [file.path, Buffer.from(file.contents)]))
for (const name of ['index.html', 'icon.svg']) files.set(join(out, name), readFileSync(join(here, 'src', name)))
files.set(join(out, 'sources.sha256'), Buffer.from(fingerprint()))

if (process.argv.includes('--verify')) {
  const stale = [...files].filter(([path, bytes]) => !existsSync(path) || !readFileSync(path).equals(bytes))
  if (stale.length > 0) {
    console.error(`the console's bundle is not of these sources: ${stale.map(([path]) => path).join(', ')}`)
    console.error('run: cd gateway/src/main/console && npm ci && npm run build')
    process.exit(1)
  }
} else {
  mkdirSync(out, { recursive: true })
  files.forEach((bytes, path) => writeFileSync(path, bytes))
  files.forEach((bytes, path) => console.log(`${String(bytes.length).padStart(8)} ${path.slice(out.length + 1)}`))
}
