import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { webDir } from '../support/browser';

const chunk = (name: RegExp): string => {
  const found = readdirSync(join(webDir, 'assets')).filter((file) => name.test(file));
  if (found.length !== 1) throw new Error(`${String(name)} names ${found.length} chunks.`);
  return `assets/${found[0]}`;
};

const sizeOf = (path: string): number => gzipSync(readFileSync(join(webDir, path))).length;

/** The frame around the pages of a person, which comes at once too; a driver's first page beside it. */
const frames: Record<string, () => string[]> = {
  'at a desk': () => [chunk(/^shell-.*\.js$/), chunk(/^shell-.*\.css$/)],
  'with a phone': () => [chunk(/^driver-frame-.*\.js$/), chunk(/^home-.*\.js$/), chunk(/^driver-.*\.css$/)],
};

/** Scripts and styles that index.html and what it imports at once pull in. */
function firstLoad(also: readonly string[] = []): string[] {
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
  for (const path of also) add(path);
  return [...seen];
}

describe('the built web app', () => {
  it.each(Object.keys(frames))('loads at most 300 KB before its first page %s', (frame) => {
    const files = firstLoad(frames[frame]?.());
    const face = frame === 'at a desk' ? 'desk' : 'phone';
    const catalogue = ['en', 'ru', 'sw'].map((language) => sizeOf(chunk(new RegExp(`^${language}-.*\\.js$`))) + sizeOf(chunk(new RegExp(`^${language}\\.${face}-.*\\.js$`))));
    const total = files.reduce((sum, path) => sum + sizeOf(path), Math.max(...catalogue));
    expect(files.length).toBeGreaterThan(2);
    expect(Math.min(...catalogue)).toBeGreaterThan(2_000);
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
