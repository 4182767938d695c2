const orientationTag = 0x0112;
const shortType = 3;
const entryBytes = 12;

/** Orientation 1 to 8 out of the TIFF block of Exif; 1 (upright) when it is absent or nothing there can be trusted. */
export function readOrientation(tiff: Buffer): number {
  if (tiff.length < 14) return 1;
  const order = tiff.subarray(0, 4).toString('latin1');
  const little = order === 'II*\0';
  if (!little && order !== 'MM\0*') return 1;
  const u16 = (at: number): number => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = Math.min(u16(directory), 1000);
  for (let i = 0; i < entries; i += 1) {
    const at = directory + 2 + i * entryBytes;
    if (at + entryBytes > tiff.length) return 1;
    if (u16(at) !== orientationTag) continue;
    const value = u16(at + 8);
    return u16(at + 2) === shortType && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** An Exif payload with nothing but the orientation. */
export function smallestExif(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(orientationTag, 10);
  tiff.writeUInt16BE(shortType, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
}
