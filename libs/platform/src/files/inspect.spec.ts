import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import { chunk, colourProfile, exif, gpsText, jpeg, pdf, pictureData, png, zip } from '../../../../test/support/pictures';
import { Refusal } from '../http/refusal';
import { contentTypes, inspect } from './inspect';
import { cleanJpeg } from './jpeg';
import { cleanName, disposition } from './names';
import { readOrientation } from './orientation';
import { cleanPng } from './png';
import { rangeOf } from './send-file';

const codeOf = (bytes: Buffer, allowed: readonly (typeof contentTypes)[number][] = contentTypes): string => {
  try {
    return inspect(bytes, allowed).contentType;
  } catch (error) {
    return (error as Refusal).code;
  }
};

describe('what a file is', () => {
  it('is decided by its content', () => {
    expect(codeOf(jpeg())).toBe('image/jpeg');
    expect(codeOf(png())).toBe('image/png');
    expect(codeOf(pdf())).toBe('application/pdf');
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'FILE_EMPTY'],
    ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'FILE_TYPE_NOT_ALLOWED'],
    ['an archive', zip(), 'FILE_TYPE_NOT_ALLOWED'],
    ['a drawing with script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'), 'FILE_TYPE_NOT_ALLOWED'],
    ['a GIF', Buffer.from('GIF89a........'), 'FILE_TYPE_NOT_ALLOWED'],
    ['a program', Buffer.from('MZ\x90\0', 'latin1'), 'FILE_TYPE_NOT_ALLOWED'],
    ['a web page before a PDF', Buffer.concat([Buffer.from('<html>'), pdf()]), 'FILE_TYPE_NOT_ALLOWED'],
    ['a PDF that begins as a web page', pdf({ body: '<script>alert(1)</script>' }), 'FILE_DISGUISED'],
    ['a PDF that is an archive too', pdf({ trailing: zip() }), 'FILE_DISGUISED'],
    ['a PDF that is an archive with a long comment', pdf({ trailing: zip(2000) }), 'FILE_DISGUISED'],
    ['a PDF with much behind its end', pdf({ trailing: Buffer.alloc(5000, 0x20) }), 'FILE_DISGUISED'],
    ['a PDF that was cut off', pdf().subarray(0, 60), 'FILE_DAMAGED'],
    ['a JPEG that is an archive too', jpeg({ trailing: zip() }), 'FILE_DISGUISED'],
    ['a JPEG with an archive far behind it', jpeg({ trailing: Buffer.concat([Buffer.alloc(70_000, 1), zip(10)]) }), 'FILE_DISGUISED'],
    ['a JPEG with a script behind it', jpeg({ trailing: Buffer.from('\n<script>alert(1)</script>') }), 'FILE_DISGUISED'],
    ['a PNG with a PDF behind it', png({ trailing: pdf() }), 'FILE_DISGUISED'],
    ['a PNG of 60,000 x 60,000', png({ width: 60_000, height: 60_000 }), 'IMAGE_TOO_LARGE'],
    ['a JPEG of 65,535 x 65,535', jpeg({ width: 65_535, height: 65_535 }), 'IMAGE_TOO_LARGE'],
    ['a JPEG without height', jpeg({ height: 0 }), 'FILE_DAMAGED'],
    ['the first half of a JPEG', jpeg().subarray(0, 150), 'FILE_DAMAGED'],
    ['a JPEG without its end', jpeg().subarray(0, -2), 'FILE_DAMAGED'],
    ['a PNG without its end', png().subarray(0, -12), 'FILE_DAMAGED'],
    ['a PNG with a flipped bit', Buffer.from(png()).fill(1, 45, 46), 'FILE_DAMAGED'],
    ['a head alone', Buffer.from([0xff, 0xd8, 0xff]), 'FILE_DAMAGED'],
  ])('%s', (_what, bytes, code) => expect(codeOf(bytes)).toBe(code));

  it('may be allowed here and not there', () => {
    expect(codeOf(pdf(), ['image/jpeg'])).toBe('FILE_TYPE_NOT_ALLOWED');
  });

  it('is taken with what a phone adds behind a moving picture, without keeping it', () => {
    const { content } = inspect(jpeg({ trailing: Buffer.concat([Buffer.from('....ftypmp42'), Buffer.alloc(100_000, 3)]) }), contentTypes);
    expect(content.length).toBeLessThan(1000);
  });
});

describe('pictures lose what is not the picture', () => {
  it('JPEG: place, caption, comment and thumbnail go; data, tables and colours stay bit for bit', () => {
    const { content } = inspect(jpeg(), contentTypes);
    const text = content.toString('latin1');
    for (const gone of [gpsText, 'Exif', 'xmpmeta', 'Photoshop', 'made by a phone', 'wwww']) expect(text).not.toContain(gone);
    expect(content.includes(Buffer.concat([pictureData, Buffer.from([0xff, 0xd9])]))).toBe(true);
    expect(content.includes(colourProfile)).toBe(true);
    expect(text).toContain('JFIF');
  });

  it.each([2, 3, 4, 5, 6, 7, 8])('JPEG: keeps the orientation %i and nothing else of Exif', (orientation) => {
    const { content } = inspect(jpeg({ orientation }), contentTypes);
    const at = content.indexOf('Exif\0\0');
    expect(readOrientation(content.subarray(at + 6))).toBe(orientation);
    expect(content.toString('latin1')).not.toContain(gpsText);
  });

  it('PNG: texts and Exif go, the rest stays bit for bit', () => {
    const bomb = chunk('zTXt', Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(5_000_000))]));
    const { content } = inspect(png({ extra: [bomb, chunk('tIME', Buffer.alloc(7)), chunk('acTL', Buffer.alloc(8))] }), contentTypes);
    const text = content.toString('latin1');
    for (const gone of [gpsText, 'tEXt', 'eXIf', 'zTXt', 'tIME', 'acTL']) expect(text).not.toContain(gone);
    expect(content.equals(cleanPng(content)?.content ?? Buffer.alloc(0))).toBe(true);
    expect(content.subarray(-12).equals(chunk('IEND', Buffer.alloc(0)))).toBe(true);
  });

  it('cleaning twice changes nothing more', () => {
    const once = inspect(jpeg({ orientation: 6, trailing: Buffer.alloc(9) }), contentTypes).content;
    expect(inspect(once, contentTypes).content.equals(once)).toBe(true);
  });
});

describe('parsers on anything at all', () => {
  const mutated = (whole: Buffer): fc.Arbitrary<Buffer> =>
    fc.tuple(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }), fc.nat(whole.length)).map(([flips, length]) => {
      const copy = Buffer.from(whole);
      for (const [at, value] of flips) copy[at] = value;
      return length % 4 === 0 ? copy.subarray(0, length) : copy;
    });
  const anything = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const jpegs = fc.oneof(mutated(jpeg({ orientation: 6 })), anything.map((tail) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), tail])));
  const pngs = fc.oneof(mutated(png()), anything.map((tail) => Buffer.concat([png().subarray(0, 33), tail])));
  /** Inside a larger buffer, bytes read past the end would be somebody else's: 0xEE never appears in the answer by chance. */
  const embedded = (bytes: Buffer): Buffer => Buffer.concat([Buffer.alloc(64, 0xee), bytes, Buffer.alloc(64, 0xee)]).subarray(64, 64 + bytes.length);

  it.each([
    ['JPEG', cleanJpeg, jpegs],
    ['PNG', cleanPng, pngs],
  ] as const)('%s: never throws, never grows, never reads past the end, and its answer is stable', (_name, clean, inputs) => {
    fc.assert(
      fc.property(inputs, (bytes) => {
        const image = clean(bytes);
        const elsewhere = clean(embedded(bytes));
        expect(elsewhere?.content.toString('hex')).toBe(image?.content.toString('hex'));
        if (!image) return;
        expect(image.content.length + image.trailing.length).toBeLessThanOrEqual(bytes.length + 36);
        expect(clean(image.content)?.content.equals(image.content)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('orientation: always 1 to 8', () => {
    fc.assert(
      fc.property(fc.oneof(anything, mutated(exif(6).subarray(6))), (bytes) => {
        const value = readOrientation(embedded(bytes));
        expect(value >= 1 && value <= 8).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('inspection refuses in words or answers a clean file', () => {
    fc.assert(
      fc.property(fc.oneof(jpegs, pngs, mutated(pdf()), anything), (bytes) => {
        try {
          inspect(bytes, contentTypes);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('names', () => {
  it.each([
    ['licence.jpg', 'licence.jpg'],
    ['../../etc/passwd', 'passwd.jpg'],
    ['C:\\Users\\x\\front.PNG', 'front.jpg'],
    ['invoice.pdf.exe', 'invoice.pdf.jpg'],
    ['\u202egpj.exe', 'gpj.jpg'],
    ['a\r\nset-cookie: x=1.png', 'aset-cookie_ x=1.jpg'],
    ['', 'file.jpg'],
    ['....', 'file.jpg'],
    ['водительские права.jpeg', 'водительские права.jpg'],
    ['x'.repeat(500), `${'x'.repeat(120)}.jpg`],
  ])('%j becomes %s', (given, kept) => expect(cleanName(given, 'image/jpeg')).toBe(kept));

  it('always fit into a header', () => {
    // Not the unit "binary": that one maps each of a million code points before the first run.
    const anyText = fc.array(fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))).map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'grapheme' })), (given) => {
        const header = disposition('inline', cleanName(given, 'image/png'));
        expect(header).toMatch(/^inline; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''[\w.~!#$&+^`|%-]+$/);
      }),
    );
  });
});

describe('a range', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=50-1000', { first: 50, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-5', undefined],
    ['bytes=0-1,3-4', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
  ])('%s of 100 bytes', (header, range) => expect(rangeOf(header, 100)).toEqual(range));
});
