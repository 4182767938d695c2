const table = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  table[byte] = crc;
}

/** CRC-16/ARC (reflected 0x8005, init 0). `seed` continues a sum over bytes that came earlier. */
export function crc16Arc(bytes: Uint8Array, seed = 0): number {
  let crc = seed;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return crc;
}
