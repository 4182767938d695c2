import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { webDir } from '../support/browser';

/** Scripts and styles that index.html and what it imports at once pull in. */
function firstLoad(): string[] {
  const html = readFileSync(join(webDir, 'index.html'), 'utf8');
  const seen = new Set<string>();
  const add = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!path.endsWith('.js')) return;
    const code = readFileSync(join(webDir, path), 'utf8');
    for (const [, name = ''] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) add(`assets/${name}`);
  };
  for (const [, path = ''] of html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)) add(path);
  return [...seen];
}

describe('the built web app', () => {
  it('loads at most 300 KB before its first page', () => {
    const files = firstLoad();
    const catalogue = readdirSync(join(webDir, 'assets')).filter((name) => /^(en|ru|sw)-.*\.js$/.test(name)).map((name) => gzipSync(readFileSync(join(webDir, 'assets', name))).length);
    const total = files.reduce((sum, path) => sum + gzipSync(readFileSync(join(webDir, path))).length, Math.max(...catalogue));
    expect(files.length).toBeGreaterThan(2);
    expect(catalogue).toHaveLength(3);
    expect(total).toBeLessThanOrEqual(300_000);
  });

  it('leaves the map to those who open it', () => {
    expect(firstLoad().filter((path) => /maplibre|uplot|atlas/i.test(path))).toEqual([]);
  });

  it('has no script inside its page, which the policy would refuse', () => {
    const html = readFileSync(join(webDir, 'index.html'), 'utf8');
    expect([...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>/g)]).toEqual([]);
    expect(html).not.toMatch(/https?:\/\//);
  });
});
