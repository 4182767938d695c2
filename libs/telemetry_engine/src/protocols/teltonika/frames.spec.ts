import { crc16Arc } from '../crc16';
import { TeltonikaDecoder } from './decoder';
import { encodeTeltonikaCommand, teltonikaEncode } from './encoder';

const decode = (hex: string | Buffer) => new TeltonikaDecoder().push(typeof hex === 'string' ? Buffer.from(hex, 'hex') : hex);
const samplesOf = (hex: string) => {
  const [read] = decode(hex);
  return read?.ok && read.frame.type === 'avl' ? read.frame.samples : read;
};

const codec8 = '000000000000004c08010000016818d500580009c28d9f1cb3757a00be00c60f0053000f06f0011503c80001011d00fc0007423799180053cdf80dce426f430f88190bb8560bb802f100005aa110002887e000010000ee8d';
const codec8e =
  '00000000000000a38e0100000178b11c9e1000040bbbc91f03190c002100e113001300000010000600ef0100f00100150300c800004501001e070005004237e00018000a00ce166200430f970024059f000300f10000665900c70000001e00100000a1b500000002010000115756315a5a5a32455a38363031353338380119002950303239392c50303637352c50303637342c50303637322c50303637312c50303437312c50324241430100001ad8';
const small = '000000000000003508010000014f8e016420002141bbaf0f4e96a7fffa0000120000000602010047030242669c92000002c7000000009100000000000100002df3';

describe('AVL packets', () => {
  it('codec 8', () =>
    expect(samplesOf(codec8)).toEqual([
      {
        at_ms: Date.parse('2019-01-04T12:27:19Z'), lon: 16.3745183, lat: 48.1523066, altitude_m: 190, heading_deg: 198, satellites: 15, speed_kmh: 83,
        odometer_km: 2656.224, voltage_v: 14.233, inputs: 1,
        extras: { io_240: 1, io_241: 23201, io_24: 83, io_21: 3, battery_v: 3.976, io_200: 0, io_29: 0, io_252: 0, io_25: 3000, io_86: 3000, io_205: 63501, io_206: 17007 },
      },
    ]));

  it('codec 8 Extended with trouble codes and a VIN', () =>
    expect(samplesOf(codec8e)).toEqual([
      {
        at_ms: Date.parse('2021-04-08T10:52:26Z'), lon: 6.7877833, lat: 52.0296716, altitude_m: 33, heading_deg: 225, satellites: 19, speed_kmh: 19,
        ignition: true, rpm: 1439, odometer_km: 41.397, voltage_v: 14.304, dtcs: ['P0299', 'P0675', 'P0674', 'P0672', 'P0671', 'P0471', 'P2BAC'],
        extras: { io_240: 1, io_21: 3, io_200: 0, io_69: 1, dtc_count: 7, io_24: 10, io_206: 5730, battery_v: 3.991, io_241: 26201, trip_km: 0.03, io_256: 'WV1ZZZ2EZ86015388' },
      },
    ]));

  it('codec 8 of a vehicle that stands', () =>
    expect(samplesOf(small)).toEqual([
      { at_ms: Date.parse('2015-09-02T12:21:40Z'), lon: 55.7956015, lat: 25.6808615, altitude_m: -6, heading_deg: 0, satellites: 18, speed_kmh: 0, inputs: 0, voltage_v: 26.268, extras: { io_71: 3, trip_km: 0, io_145: 0, io_146: 0 } },
    ]));
});

it('codec 16', () =>
  expect(samplesOf('000000000000005F10020000016BDBC7833000000000000000000000000000000000000B05040200010000030002000B00270042563A00000000016BDBC7871800000000000000000000000000000000000B05040200010000030002000B00260042563A00000200005FB3')).toEqual([
    { at_ms: Date.parse('2019-07-10T12:06:54Z'), satellites: 0, valid: false, inputs: 0, voltage_v: 22.074, extras: { event_io: 11, io_11: 39 } },
    { at_ms: Date.parse('2019-07-10T12:06:55Z'), satellites: 0, valid: false, inputs: 0, voltage_v: 22.074, extras: { event_io: 11, io_11: 38 } },
  ]));

describe('what an I/O value means', () => {
  /** Codec 8E with one record holding the given values, by size of value; 0 is variable length. */
  const withIo = (size: 0 | 1 | 2 | 4 | 8, ...values: [id: number, hex: string][]) => {
    const u16 = (n: number) => n.toString(16).padStart(4, '0');
    const group = (s: number) => (s === size ? u16(values.length) + values.map(([id, hex]) => u16(id) + (s === 0 ? u16(hex.length / 2) : '') + hex).join('') : '0000');
    const record = `0000016818d50058${'00'}09c28d9f1cb3757a00be00c60f0053${'0000'}${u16(values.length)}${[1, 2, 4, 8, 0].map(group).join('')}`;
    const data = Buffer.from(`8e01${record}01`, 'hex');
    const frame = Buffer.alloc(12 + data.length);
    frame.writeUInt32BE(data.length, 4);
    data.copy(frame, 8);
    frame.writeUInt32BE(crc16Arc(data), 8 + data.length);
    const { at_ms: _a, lat: _b, lon: _c, altitude_m: _d, heading_deg: _e, satellites: _f, speed_kmh: _g, ...rest } = (samplesOf(frame.toString('hex')) as object[])[0] as Record<string, unknown>;
    return rest;
  };
  it.each<[string, Parameters<typeof withIo>, object]>([
    ['ignition off', [1, [239, '00']], { ignition: false }],
    ['a relay drawn', [1, [179, '01'], [180, '00']], { outputs: 1 }],
    ['the second relay', [1, [179, '00'], [180, '01']], { outputs: 2 }],
    ['inputs', [1, [1, '01'], [2, '00'], [3, '01']], { inputs: 5 }],
    ['the vehicle’s odometer before the tracker’s', [4, [16, '00002710'], [87, '00989680']], { odometer_km: 10000, extras: { io_16: 10000 } }],
    ['the same in the other order', [4, [87, '00989680'], [16, '00002710']], { odometer_km: 10000, extras: { io_16: 10000 } }],
    ['an odometer nobody set', [4, [87, '00000000'], [16, '00002710']], { odometer_km: 10, extras: { io_87: 0 } }],
    ['rpm of the bus', [2, [85, '0730']], { rpm: 1840 }],
    ['fuel', [2, [84, '01ca'], [83, '0064']], { fuel_level_l: 45.8, extras: { fuel_used_l: 10 } }],
    ['fuel in percent', [1, [89, '37']], { fuel_level_pct: 55 }],
    ['coolant below zero', [1, [32, 'ec']], { coolant_c: -20 }],
    ['coolant in tenths', [2, [115, '0389']], { coolant_c: 90.5 }],
    ['load', [1, [31, '2a']], { engine_load_pct: 42 }],
    ['a key', [8, [78, '01000000a1b2c3d4']], { driver_key: '01000000A1B2C3D4' }],
    ['no key', [8, [78, '0000000000000000']], {}],
    ['no trouble codes', [1, [30, '00']], { dtcs: [], extras: { dtc_count: 0 } }],
    ['trouble codes', [0, [281, '50303432302c4331323334']], { dtcs: ['P0420', 'C1234'] }],
    ['something else where codes belong', [0, [281, '6e6f6e65']], { extras: { io_281: 'none' } }],
    ['bytes that are no text', [0, [500, '00ff']], { extras: { io_500: '00ff' } }],
    ['a value beyond a double', [8, [500, 'ffffffffffffffff']], { extras: { io_500: '18446744073709551615' } }],
  ])('%s', (_what, io, expected) => expect(withIo(...io)).toEqual(expected));
});

describe('logins and answers', () => {
  it('login', () => {
    expect(decode('000F333536333037303432343431303133')).toMatchObject([{ ok: true, frame: { type: 'login', imei: '356307042441013' } }]);
    expect(teltonikaEncode.login('356307042441013').toString('hex')).toBe('000f333536333037303432343431303133');
    expect(teltonikaEncode.loginAnswer(true).toString('hex') + teltonikaEncode.loginAnswer(false).toString('hex')).toBe('0100');
  });
  it('acknowledgement', () => expect(teltonikaEncode.ack(26).toString('hex')).toBe('0000001a'));

  it.each([
    ['setdigout 11', '00000000000000140c01050000000c7365746469676f7574203131010000bed5'],
    ['setdigout 1', '00000000000000130c01050000000b7365746469676f7574203101000087a2'],
    ['setdigout 0', '00000000000000130c01050000000b7365746469676f7574203001000017a3'],
    ['setdigout 1 0 5', '00000000000000170c01050000000f7365746469676f75742031203020350100000db5'],
    ['getinfo', '000000000000000f0c010500000007676574696e666f0100004312'],
  ])('the command %s', (text, hex) => {
    expect(encodeTeltonikaCommand(text).toString('hex')).toBe(hex);
    expect(decode(hex)).toMatchObject([{ ok: true, frame: { type: 'command', text } }]);
  });
  it.each(['', 'setdigout 1\r\nsetdigout 0', 'ö', 'x'.repeat(501)])('%j is no command', (text) => expect(() => encodeTeltonikaCommand(text)).toThrow(RangeError));
  it('the device’s answer', () => {
    const text = 'DOUT1:ON Timeout:10s Speed threshold:1km/h Speed is above threshold, queued';
    expect(decode(teltonikaEncode.answer(`${text}\r\n`))).toMatchObject([{ ok: true, frame: { type: 'answer', text } }]);
  });
});

describe('what is not taken', () => {
  const flip = (hex: string, at: number) => {
    const bytes = Buffer.from(hex, 'hex');
    bytes[at]! ^= 1;
    return bytes;
  };
  const resigned = (hex: string, change: (data: Buffer) => void) => {
    const bytes = Buffer.from(hex, 'hex');
    change(bytes.subarray(8, -4));
    bytes.writeUInt32BE(crc16Arc(bytes.subarray(8, -4)), bytes.length - 4);
    return bytes;
  };
  it.each<[string, Buffer, string]>([
    ['a flipped bit', flip(codec8, 30), 'crc'],
    ['a wrong sum', flip(codec8, 87), 'crc'],
    ['counts that differ', resigned(codec8, (data) => (data[1] = 2)), 'structure'],
    ['more records than bytes', resigned(codec8, (data) => { data[1] = 2; data[data.length - 1] = 2; }), 'structure'],
    ['more values than bytes', resigned(codec8, (data) => (data[2 + 24 + 2] = 200)), 'structure'],
    ['a codec we do not know', resigned(codec8, (data) => (data[0] = 7)), 'codec'],
    ['a command whose size is wrong', resigned('000000000000000f0c010500000007676574696e666f0100004312', (data) => (data[6] = 9)), 'structure'],
  ])('%s', (_what, frame, reason) => expect(decode(Buffer.concat([frame, Buffer.from(small, 'hex')]))).toMatchObject([{ ok: false, reason, type: 'packet' }, { ok: true }]));

  it.each([
    ['text', Buffer.from('GET / HTTP/1.1\r\n'), 'not_teltonika'],
    ['a login that is no number', Buffer.from('000f474554202f20485454502f312e310d0a', 'hex'), 'not_teltonika'],
    ['half a preamble', Buffer.from('0000000100000000', 'hex'), 'not_teltonika'],
    ['a length beyond the limit', Buffer.from('00000000ffffffff', 'hex'), 'too_long'],
  ])('%s ends the stream', (_what, bytes, reason) => {
    const decoder = new TeltonikaDecoder();
    expect(decoder.push(bytes)).toMatchObject([{ ok: false, reason, fatal: true }]);
    expect(decoder.push(Buffer.from(small, 'hex'))).toEqual([]);
  });

  it('a keep-alive byte is no frame', () => expect(decode(`ff${small}ff`)).toMatchObject([{ ok: true }]));
  it('a place off the globe is left out, the rest is taken', () =>
    expect(samplesOf(resigned(codec8, (data) => data.writeInt32BE(950_000_000, 2 + 13)).toString('hex'))).toMatchObject([{ valid: false, odometer_km: 2656.224 }]));
});
