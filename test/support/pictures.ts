import { crc32, deflateSync } from 'node:zlib';

/** Small but complete files of each kind, with everything in them that must not be kept. */

const segment = (marker: number, payload: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
};

export const gpsText = '1.2921 S 36.8219 E';

/** Exif as phones write it: orientation, a maker's note with a place, little endian. */
export function exif(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x0112, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(orientation, 18);
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(`GPS ${gpsText}`)]);
}

/** Stuffed bytes and restart markers inside, as real picture data has. */
export const pictureData = Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0x00, 0x78]);
export const colourProfile = Buffer.from('ICC_PROFILE\0\x01\x01 a colour profile', 'latin1');

interface JpegOptions {
  width?: number;
  height?: number;
  orientation?: number;
  comment?: string;
  trailing?: Buffer;
  /** Makes two pictures differ. */
  salt?: number;
  padBytes?: number;
}

export function jpeg(options: JpegOptions = {}): Buffer {
  const { width = 8, height = 8, orientation = 1, comment = 'made by a phone', trailing = Buffer.alloc(0), salt = 1, padBytes = 0 } = options;
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.concat([Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02', 'latin1'), Buffer.alloc(12, 0x77)])),
    segment(0xe1, exif(orientation)),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${gpsText}</x:xmpmeta>`)),
    segment(0xe2, colourProfile),
    segment(0xed, Buffer.from('Photoshop 3.0\0 a caption')),
    segment(0xfe, Buffer.from(comment)),
    segment(0xdb, Buffer.alloc(65, salt)),
    segment(0xc0, frame),
    segment(0xc4, Buffer.alloc(19, 2)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    pictureData,
    Buffer.alloc(padBytes, 0x55),
    Buffer.from([0xff, 0xd9]),
    trailing,
  ]);
}

export const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

export function png(options: { width?: number; height?: number; extra?: Buffer[]; trailing?: Buffer } = {}): Buffer {
  const { width = 2, height = 2, extra = [], trailing = Buffer.alloc(0) } = options;
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f])),
    chunk('tEXt', Buffer.from(`Comment\0${gpsText}`)),
    chunk('eXIf', exif(6).subarray(6)),
    ...extra,
    chunk('IDAT', deflateSync(Buffer.alloc((Math.min(width, 64) + 1) * Math.min(height, 64)))),
    chunk('IEND', Buffer.alloc(0)),
    trailing,
  ]);
}

export function pdf(options: { body?: string; trailing?: Buffer } = {}): Buffer {
  const text = `%PDF-1.7\n%âãÏÓ\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n${options.body ?? ''}\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n`;
  return Buffer.concat([Buffer.from(text, 'latin1'), options.trailing ?? Buffer.alloc(0)]);
}

/** An empty ZIP archive with a comment of this length behind it. */
export function zip(commentBytes = 0): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(commentBytes, 20);
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), end, Buffer.alloc(commentBytes, 0x20)]);
}
