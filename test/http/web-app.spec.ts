import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { testApp, type TestApp } from '../support/app';

const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('a server with a web app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-web-'));
  const script = 'console.log("hello");'.repeat(100);
  let app: TestApp;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Fleet</title>');
    writeFileSync(join(folder, 'assets', 'index-1a2b.js'), script);
    writeFileSync(join(folder, 'assets', 'index-1a2b.js.br'), brotliCompressSync(script));
    writeFileSync(join(folder, 'assets', 'index-1a2b.js.gz'), gzipSync(script));
    writeFileSync(join(folder, '.env'), 'SECRET=1');
    app = await testApp({ FLEET_WEB_DIR: folder, MAP_STYLE_URL: 'https://tiles.example.org/style.json', FLEET_ROLES: 'api', FLEET_DEMO: '1' });
  });
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['/', '/vehicles', '/vehicles/0d1f?tab=papers', '/login', '/invitation', '/setup'])('answers %s with its page, which is asked for again each time', async (path) => {
    const { headers, text } = await app.request.get(path).set(page).expect(200);
    expect(text).toContain('<title>Fleet</title>');
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  });

  it('lets the page load only what is ours, and maps from where the setting says', async () => {
    const { headers } = await app.request.get('/').set(page);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self' https://tiles.example.org;");
    expect(policy).toContain("frame-ancestors 'none'");
    const settings = await app.request.get('/web-settings.json').expect(200);
    expect(settings.body).toEqual({ map_style_url: 'https://tiles.example.org/style.json', streets_url: '/web-streets.json' });
    const streets = await app.request.get('/web-streets.json').expect(200);
    expect(streets.body).toMatchObject({ type: 'FeatureCollection' });
    expect(streets.body.features.length).toBeGreaterThan(100);
  });

  it('sends files whose names hold their hash for good, as small as the browser takes them', async () => {
    const plain = await app.request.get('/assets/index-1a2b.js').set('accept-encoding', 'identity').expect(200);
    expect(plain.text).toBe(script);
    expect(plain.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8', vary: 'accept-encoding' });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    for (const coding of ['br', 'gzip']) {
      const packed = await app.request.get('/assets/index-1a2b.js').set('accept-encoding', coding).expect(200);
      expect([packed.headers['content-encoding'], packed.text]).toEqual([coding, script]);
    }
  });

  it.each([
    ['an unknown route of the API', '/api/v1/nowhere'],
    ['an asset of an earlier version', '/assets/index-old.js'],
    ['a file that is not part of the app', '/.env'],
    ['a file outside', '/assets/..%2f..%2fpackage.json'],
    ['a path of the sign-in server', '/oauth/nowhere'],
  ])('answers %s with a problem even to a browser', async (_, path) => {
    const { headers, body } = await app.request.get(path).set(page).expect(404);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 404, code: 'NO_SUCH_ROUTE' });
  });

  it('leaves programs their routes', async () => {
    await app.request.get('/livez').set(page).expect(200).expect('content-type', /json/);
    await app.request.get('/readyz').set(page).expect(200);
    await app.request.get('/api/docs').set(page).expect(200).expect(/swagger/i);
    await app.request.get('/nowhere').set('accept', 'application/json').expect(404).expect('content-type', /problem\+json/);
    await app.request.post('/vehicles').set(page).send({}).expect(404);
    await app.request.post('/api/v1/auth/login').set(page).send({}).expect(400);
  });
});

describe('a server without a web app', () => {
  it('serves programs, and a front door that says so', async () => {
    const app = await testApp({ FLEET_WEB_DIR: join(tmpdir(), 'there-is-none'), FLEET_ROLES: 'api' });
    try {
      await app.request.get('/').set(page).expect(200).expect(/This server is running/);
      await app.request.get('/vehicles').set(page).expect(404).expect('content-type', /problem\+json/);
      await app.request.get('/web-settings.json').expect(404);
    } finally {
      await app.close();
    }
  });
});
