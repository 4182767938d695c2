import { crc16Arc } from './crc16';

describe('CRC-16/ARC', () => {
  it.each([
    ['123456789', 0xbb3d],
    ['2.0;imei;NA;', 0xa932],
    ['2.0;236010173;NA;', 0x8a7],
    ['240123;110050;NA;NA;NA;NA;NA;NA;NA;NA;', 0xc4b],
    ['2.0;353173060000001;NA;', 0x8ec2],
    ['201126;101530;5544.6025;N;03739.6834;E;62;144;185;11;0.9;1;0;14.77,3.6;NA;can_fuel:2:45.8,can_rpm:1:1840,can_odo:2:152340.6,dtc:3:P0420,ign:1:1;', 0x88a7],
    ['201126;101530;5544.6025;N;03739.6834;E;0;144;185;11;', 0xe717],
    ['', 0],
  ])('of %s is %d', (text, crc) => expect(crc16Arc(Buffer.from(text))).toBe(crc));

  it('can be summed piece by piece', () => expect(crc16Arc(Buffer.from('6789'), crc16Arc(Buffer.from('12345')))).toBe(0xbb3d));
});
