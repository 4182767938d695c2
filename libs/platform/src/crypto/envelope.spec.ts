import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { kidOf, openBytes, SealBroken, sealBytes } from './envelope';
import { KeyRing } from './key-ring';
import { SecretBox } from './secret-box';

const bytes = (options?: { minLength?: number; maxLength?: number }): fc.Arbitrary<Buffer> => fc.uint8Array(options).map((a) => Buffer.from(a));
const key = bytes({ minLength: 32, maxLength: 32 });
const kid = fc.stringMatching(/^\w{0,20}$/);
const ring = (...kids: string[]): KeyRing => new KeyRing(kids.map((k) => `${k}:${Buffer.alloc(32, k).toString('base64')}`).join(','));

describe('envelope', () => {
  it('opens what it sealed', () => {
    fc.assert(fc.property(key, kid, fc.string(), bytes(), (k, name, place, plain) => {
      const sealed = sealBytes(k, name, place, plain);
      expect(kidOf(sealed)).toBe(name);
      expect(openBytes(k, place, sealed).equals(plain)).toBe(true);
    }));
  });

  it('notices any changed byte', () => {
    fc.assert(fc.property(key, kid, bytes({ maxLength: 40 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (k, name, plain, at, flip) => {
      const sealed = sealBytes(k, name, 'room.table.column', plain);
      const index = at % sealed.length;
      sealed[index] = (sealed[index] ?? 0) ^ flip;
      expect(() => openBytes(k, 'room.table.column', sealed)).toThrow(SealBroken);
    }));
  });

  it('notices a cut or lengthened value', () => {
    fc.assert(fc.property(key, bytes({ maxLength: 40 }), fc.nat(), (k, plain, at) => {
      const sealed = sealBytes(k, 'k1', 'p', plain);
      expect(() => openBytes(k, 'p', sealed.subarray(0, at % sealed.length))).toThrow(SealBroken);
      expect(() => openBytes(k, 'p', Buffer.concat([sealed, Buffer.from([0])]))).toThrow(SealBroken);
    }));
  });

  it('does not open in another place', () => {
    fc.assert(fc.property(key, fc.string(), fc.string(), bytes(), (k, here, there, plain) => {
      fc.pre(here !== there);
      expect(() => openBytes(k, there, sealBytes(k, '', here, plain))).toThrow(SealBroken);
    }));
  });

  it('pins its layout: version, kid length, kid, iv, ciphertext, tag', () => {
    const sealed = sealBytes(Buffer.alloc(32), 'k1', 'p', Buffer.from('abc'));
    expect(sealed.subarray(0, 4)).toEqual(Buffer.from([1, 2, 0x6b, 0x31]));
    expect(sealed).toHaveLength(4 + 12 + 3 + 16);
    const golden = Buffer.from('0100000102030405060708090a0b8234f7ae534c401b6c7bc84f2839ee1afac01004e0', 'hex');
    expect(openBytes(Buffer.alloc(32, 9), 'subject\0place', golden).toString()).toBe('hello');
  });
});

describe('secret box', () => {
  it('opens older boxes after a rotation and seals under the current key', () => {
    const old = new SecretBox(ring('a')).seal('auth.signing_key:1', 'secret');
    const box = new SecretBox(ring('b', 'a'));
    expect(box.openText('auth.signing_key:1', old)).toBe('secret');
    expect(box.isCurrent(old)).toBe(false);
    expect(box.isCurrent(box.seal('x', 'y'))).toBe(true);
  });

  it('says which master key is missing', () => {
    const old = new SecretBox(ring('a')).seal('x', randomBytes(4));
    expect(() => new SecretBox(ring('b')).open('x', old)).toThrow('Master key "a" is needed');
  });
});

describe('key ring', () => {
  it('refuses short keys and double names', () => {
    expect(() => new KeyRing(`k1:${Buffer.alloc(31).toString('base64')}`)).toThrow('not 32 bytes');
    expect(() => ring('a', 'a')).toThrow('two keys have one name');
  });

  it('derives different keys for different purposes', () => {
    expect(ring('a').key('a', 'subject-key').equals(ring('a').key('a', 'secret-box'))).toBe(false);
  });
});
