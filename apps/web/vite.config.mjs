import react from '@vitejs/plugin-react';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const outDir = fileURLToPath(new URL('../../dist/web', import.meta.url));
const server = process.env.FLEET_SERVER ?? 'http://localhost:3000';

/** The server sends files as they lie on disk; what compresses well lies there compressed as well. */
const precompress = {
  name: 'precompress',
  apply: 'build',
  closeBundle() {
    for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(js|mjs|css|html|svg|json|webmanifest)$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const content = readFileSync(file);
      if (content.length < 1024) continue;
      writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

/** What a phone keeps for the time without a network: the driver's pages, the sign-in and every language; never the desk's pages. */
const keptModules = /\/src\/(areas\/(driver_app\/|account\/login\.tsx)|app\/gate-dialogs|kit\/form\/form\.tsx|i18n\/(en|ru|sw)(\.phone)?\.ts$)/;
const keptPublic = ['favicon.svg', 'scheme.js', 'app.webmanifest', 'icons/192.png'];

/** Writes into the service worker which files its version has, and under which name that version goes. */
function shellList() {
  const files = new Set();
  let entry = '';
  return {
    name: 'shell-list',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk' && output.fileName !== 'sw.js');
      const add = (chunk) => {
        if (!chunk || files.has(chunk.fileName)) return;
        files.add(chunk.fileName);
        for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
        for (const name of chunk.imports) add(bundle[name]);
      };
      const index = chunks.find((chunk) => chunk.isEntry);
      entry = index.fileName;
      add(index);
      for (const chunk of chunks) if (keptModules.test((chunk.facadeModuleId ?? '').replaceAll('\\', '/'))) add(chunk);
    },
    closeBundle() {
      const list = [...files, ...keptPublic].sort();
      const hash = createHash('sha256');
      for (const name of ['index.html', 'sw.js', ...list]) hash.update(name).update('\0').update(readFileSync(join(outDir, name)));
      const shell = { version: hash.digest('hex').slice(0, 16), entry: `/${entry}`, files: list.map((name) => `/${name}`) };
      const worker = join(outDir, 'sw.js');
      writeFileSync(worker, readFileSync(worker, 'utf8').replace(/\b__SHELL__\b/g, () => 'self.shell').replace(/^/, () => `self.shell=${JSON.stringify(shell)};`));
    },
  };
}

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root,
  plugins: [react(), shellList(), precompress],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { index: join(root, 'index.html'), sw: join(root, 'src/pwa/sw.ts') },
      // A worker rules the folder it lies in, and has one name for good.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  worker: { format: 'es' },
  server: { port: 5173, proxy: { '^/(api|oauth|healthz|livez|readyz|metrics|web-(settings|streets)\\.json)': server } },
});
