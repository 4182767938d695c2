import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { canonicalBatch, canonicalEntry, chainHash, genesis, type BatchText, type EntryText } from './canonical';
import { checkpointOf, isGenuine } from './checkpoints';

const entry: EntryText = {
  id: '1',
  account_id: '11111111-2222-3333-4444-555555555555',
  at: '2026-11-21T08:00:00.123456Z',
  actor_kind: 'user',
  actor_id: '99999999-8888-7777-6666-555555555555',
  session_id: null,
  action: 'transport_registry.vehicle.onboarded',
  subject_type: 'vehicle',
  subject_id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  reason: '„neu" \n gekauft',
  data: '{"a": 1.50, "big": 12345678901234567890}',
  request_id: 'req-00000001',
};

const batch: BatchText = {
  account_id: entry.account_id,
  batch_no: '1',
  first_position: '1',
  last_position: '1',
  count: 1,
  previous_hash: genesis,
  hash: Buffer.alloc(32, 1),
  sealed_at: '2026-11-21T08:00:02.000001Z',
};

// These bytes are what years of stored hashes rest on. A failing test here means the change must become v2 beside v1.
describe('canonical encoding, golden vectors', () => {
  it('pins an entry', () => {
    expect(canonicalEntry(entry)).toBe(
      'fleet-audit-entry/v1\n{"account_id":"11111111-2222-3333-4444-555555555555","action":"transport_registry.vehicle.onboarded","actor_id":"99999999-8888-7777-6666-555555555555","actor_kind":"user","at":"2026-11-21T08:00:00.123456Z","data":"{\\"a\\": 1.50, \\"big\\": 12345678901234567890}","id":"1","reason":"„neu\\" \\n gekauft","request_id":"req-00000001","session_id":null,"subject_id":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","subject_type":"vehicle"}',
    );
  });

  it('pins the chain', () => {
    const first = chainHash(genesis, canonicalEntry(entry));
    expect(first.toString('hex')).toBe('da6f3976819c6ccb9f9c6d55699a6a2e9a33977d01e3b5ed94abe2d7aeca9d68');
    expect(chainHash(first, canonicalEntry({ ...entry, id: '2', data: null })).toString('hex')).toBe('c326bff2ffe65d6bf0606549a540b18c3ac7deab22e4ecb8e86c53f8b543f083');
  });

  it('pins what a batch is signed over', () => {
    expect(canonicalBatch(batch).toString()).toBe(
      `fleet-audit-batch/v1\n{"account_id":"11111111-2222-3333-4444-555555555555","batch_no":"1","count":1,"first_position":"1","hash":"${'01'.repeat(32)}","last_position":"1","previous_hash":"${'00'.repeat(32)}","sealed_at":"2026-11-21T08:00:02.000001Z"}`,
    );
  });

  it('does not depend on the order in which a row arrives', () => {
    const shuffled = Object.fromEntries(Object.entries(entry).reverse()) as unknown as EntryText;
    expect(canonicalEntry(shuffled)).toBe(canonicalEntry(entry));
  });

  it('tells an absent value from an empty one', () => {
    expect(canonicalEntry({ ...entry, reason: null })).not.toBe(canonicalEntry({ ...entry, reason: '' }));
  });
});

describe('checkpoint lines', () => {
  it('prove themselves', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = createPublicKey(privateKey);
    const line = checkpointOf({ ...batch, signature: sign(null, canonicalBatch(batch), privateKey) });
    expect(isGenuine(line, publicKey)).toBe(true);
    expect(isGenuine({ ...line, last_position: '2' }, publicKey)).toBe(false);
    expect(isGenuine(line, createPublicKey(generateKeyPairSync('ed25519').privateKey))).toBe(false);
    expect(isGenuine({ ...line, signature: '' }, publicKey)).toBe(false);
  });
});
