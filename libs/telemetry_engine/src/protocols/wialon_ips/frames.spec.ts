import { crc16Arc } from '../crc16';
import { ipsAnswer } from './answers';
import { readDatagram } from './datagram';
import { IpsDecoder } from './decoder';
import type { IpsDecoded, IpsOptions } from './frames';

const receivedAtMs = Date.UTC(2026, 10, 26, 12);
const version2 = `#L#2.0;353173060000001;NA;8EC2\r\n`;

function decode(text: string | Buffer, options: Partial<IpsOptions> = {}): IpsDecoded[] {
  return new IpsDecoder({ maxLoginBytes: 8192, ...options }).push(Buffer.isBuffer(text) ? text : Buffer.from(text, 'utf8'), receivedAtMs);
}
const one = (line: string, options?: Partial<IpsOptions>) => decode(`${line}\r\n`, options)[0]!;
/** The frame after a login with version 2.0. */
const oneOf2 = (line: string, options?: Partial<IpsOptions>) => decode(`${version2}${line}\r\n`, options)[1]!;
const sign = (content: string) => content + crc16Arc(Buffer.from(content)).toString(16);
const frame = (decoded: IpsDecoded): unknown => (decoded.ok ? decoded.frame : decoded);
const sampleOf = (decoded: IpsDecoded) => (decoded.ok && 'sample' in decoded.frame ? decoded.frame.sample : decoded);
const answerTo = (decoded: IpsDecoded): string | undefined => (decoded.ok ? 'taken' : ipsAnswer.fault(decoded)?.toString());

const moscow = { at_ms: Date.parse('2013-04-27T20:56:01Z'), lat: 55.743375, lon: 37.6613900, speed_kmh: 1, heading_deg: 2, altitude_m: 3, satellites: 4 };

describe('logins', () => {
  it.each([
    ['#L#042959873;NA', { version: '1.1', deviceId: '042959873', password: undefined }],
    ['#L#imei;password', { version: '1.1', deviceId: 'imei', password: 'password' }],
    ['#L#imei', { version: '1.1', deviceId: 'imei', password: undefined }],
    ['#L#2.0;imei;NA;A932', { version: '2.0', deviceId: 'imei', password: undefined }],
    ['#L#2.0;imei;NA;a932', { version: '2.0', deviceId: 'imei', password: undefined }],
    ['#L#2.0;imei;NA;0xA932', { version: '2.0', deviceId: 'imei', password: undefined }],
    ['#L#2.0;236010173;NA;8A7', { version: '2.0', deviceId: '236010173', password: undefined }],
    ['#L#2.0;236010173;NA;08a7', { version: '2.0', deviceId: '236010173', password: undefined }],
    ['#L#2.0;353173060000001;NA;8EC2', { version: '2.0', deviceId: '353173060000001', password: undefined }],
  ])('%s', (line, login) => expect(frame(one(line))).toEqual({ type: 'L', ...login }));

  it.each([
    ['#L#2.0;42001300083;;CE45', 'crc', '#AL#10\r\n'],
    ['#L#2.0;imei;NA', 'crc', '#AL#10\r\n'],
    ['#L#3.0;imei;NA;A932', 'version', '#AL#0\r\n'],
    ['#L#', 'structure', '#AL#0\r\n'],
    ['#L#;NA', 'structure', '#AL#0\r\n'],
    ['#L#a;b;c;d', 'structure', '#AL#0\r\n'],
  ])('%s is refused: %s', (line, reason, answer) => {
    expect(one(line)).toMatchObject({ ok: false, type: 'L', reason });
    expect(answerTo(one(line))).toBe(answer);
  });

  it('without strictness a wrong sum is forgiven', () =>
    expect(frame(one('#L#2.0;42001300083;;CE45', { strictCrc: false }))).toEqual({ type: 'L', version: '2.0', deviceId: '42001300083', password: undefined }));
});

describe('samples of version 1.1', () => {
  const d = '#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;0.0;0;0;14.77,0.02,3.6;NA;count1:1:564,fuel:2:45.8,hw:3:V4.5';
  it.each([
    ['#SD#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4', moscow],
    ['#SD#021214;065947;2237.7552;N;11404.8851;E;0.000;;170.9;5', { at_ms: Date.parse('2014-12-02T06:59:47Z'), lat: 22.6292533, lon: 114.0814183, speed_kmh: 0, altitude_m: 170.9, satellites: 5 }],
    ['#SD#270413;205601;5544.6025;N;03739.6834;E;1,6;2;3;0', { ...moscow, speed_kmh: 1.6, satellites: 0, valid: false }],
    ['#SD#270413;205601;5544.6025;S;03739.6834;W;1;360;3;4', { ...moscow, lat: -55.743375, lon: -37.66139, heading_deg: 0 }],
    ['#SD#270413;205601;NA;NA;NA;NA;NA;NA;NA;NA', { at_ms: moscow.at_ms }],
    ['#SD#270413;205601;;;;;;;;', { at_ms: moscow.at_ms }],
    ['#SD#270413;205601.250;NA;NA;NA;NA;NA;NA;NA;NA', { at_ms: moscow.at_ms + 250 }],
    [d, { ...moscow, inputs: 0, outputs: 0, fuel_level_l: 45.8, extras: { hdop: 0, adc1: 14.77, adc2: 0.02, adc3: 3.6, count1: 564, hw: 'V4.5' } }],
    [
      '#D#151216;135910;5321.1466;N;04441.7929;E;87;156;265.000000;12;1.000000;241;NA;NA;NA;odo:2:0.000000,total_fuel:1:430087,can_fls:1:201,can_taho:1:11623,can_mileage:1:140367515',
      {
        at_ms: Date.parse('2016-12-15T13:59:10Z'), lat: 53.3524433, lon: 44.6965483, speed_kmh: 87, heading_deg: 156, altitude_m: 265, satellites: 12, inputs: 241,
        fuel_level_l: 201, extras: { hdop: 1, odo: 0, total_fuel: 430087, can_taho: 11623, can_mileage: 140367515 },
      },
    ],
    ['#D#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;;NA;SOS:1:0,temp:3:18,bat:3:99', { at_ms: receivedAtMs, extras: { sos: false, temp: '18', battery_pct: 99 } }],
    ['#D#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;;NA;SOS:1:1', { at_ms: receivedAtMs, extras: { sos: true } }],
    ['#D#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;;NA;motion:3:false', { at_ms: receivedAtMs, extras: { motion: false } }],
    [
      '#D#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;;NA;mnc1:1:02,mcc1:1:250,lac1:1:5901,cell_id1:1:45542,mnc2:1:22,mcc2:1:222,lac2:1:2222,cell_id2:1:22222,mcc3:1:333',
      { at_ms: receivedAtMs, extras: { mnc1: 2, mcc1: 250, lac1: 5901, cell_id1: 45542, mnc2: 22, mcc2: 222, lac2: 2222, cell_id2: 22222, mcc3: 333 } },
    ],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;;;5;;01000000A1B2C3;text:3:a;b', { ...moscow, outputs: 5, driver_key: '01000000A1B2C3', extras: { text: 'a;b' } }],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;;;;;0;IGN:1:1,Can_RPM:1:900,Mileage:2:129390.078125,odo:2:12.5,PWR_EXT:2:28.293,dtc:3:P0420/P0301', {
      ...moscow, ignition: true, rpm: 900, odometer_km: 12.5, voltage_v: 28.293, dtcs: ['P0420', 'P0301'], extras: { Mileage: 129390.078125 },
    }],
  ])('%s', (line, sample) => {
    const read = sampleOf(one(line)) as unknown as Record<string, number>;
    expect({ ...read, ...(read.lat === undefined ? {} : { lat: Number(read.lat.toFixed(7)), lon: Number(read.lon!.toFixed(7)) }) }).toEqual(sample);
  });

  it('two messages without a time do not become one sample', () => {
    const na = '#SD#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA\r\n';
    expect(decode(na + na).map((d) => (sampleOf(d) as { at_ms: number }).at_ms - receivedAtMs)).toEqual([0, 1]);
  });

  it('a last field that looks like a check sum is the satellites', () => expect(sampleOf(one('#SD#270413;205601;5544.6025;N;03739.6834;E;1;2;3;5'))).toMatchObject({ satellites: 5 }));

  it.each([
    ['#SD#270413;205601;5544.6025;N;03739.6834;E;1;2;3', 'structure', '#ASD#-1\r\n'],
    ['#SD#320413;205601;5544.6025;N;03739.6834;E;1;2;3;4', 'time', '#ASD#0\r\n'],
    ['#SD#290223;205601;5544.6025;N;03739.6834;E;1;2;3;4', 'time', '#ASD#0\r\n'],
    ['#SD#NA;205601;5544.6025;N;03739.6834;E;1;2;3;4', 'time', '#ASD#0\r\n'],
    ['#SD#270413;205601;5564.6025;N;03739.6834;E;1;2;3;4', 'coordinate', '#ASD#10\r\n'],
    ['#SD#270413;205601;9044.6025;N;03739.6834;E;1;2;3;4', 'coordinate', '#ASD#10\r\n'],
    ['#SD#270413;205601;5544.6025;X;03739.6834;E;1;2;3;4', 'coordinate', '#ASD#10\r\n'],
    ['#SD#270413;205601;5544.6025;N;NA;NA;1;2;3;4', 'coordinate', '#ASD#10\r\n'],
    ['#SD#270413;205601;5544.6025;N;03739.6834;E;fast;2;3;4', 'motion', '#ASD#11\r\n'],
    ['#SD#270413;205601;5544.6025;N;03739.6834;E;1;400;3;4', 'motion', '#ASD#11\r\n'],
    ['#SD#270413;205601;5544.6025;N;03739.6834;E;1;2;3;many', 'satellites', '#ASD#12\r\n'],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4', 'structure', '#AD#-1\r\n'],
    ['#D#270413;255601;5544.6025;N;03739.6834;E;1;2;3;4;0;0;0;;NA;NA', 'time', '#AD#0\r\n'],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;bad;0;0;;NA;NA', 'satellites', '#AD#12\r\n'],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;0;-1;0;;NA;NA', 'io', '#AD#13\r\n'],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;0;0;0;a,b;NA;NA', 'adc', '#AD#14\r\n'],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;0;0;0;;NA;oops', 'params', '#AD#15\r\n'],
    ['#D#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;0;0;0;;NA;a:7:1', 'params', '#AD#15\r\n'],
  ])('%s: %s', (line, reason, answer) => {
    expect(one(line)).toMatchObject({ ok: false, reason });
    expect(answerTo(one(line))).toBe(answer);
  });
});

describe('samples of version 2.0', () => {
  it.each([
    ['#SD#300924;154245;5554.350052;N;3644.670410;E;2.92;NA;NA;NA;7A01', { at_ms: Date.parse('2024-09-30T15:42:45Z'), lat: 55.9058342, lon: 36.7445068, speed_kmh: 2.92 }],
    ['#SD#201126;101530;5544.6025;N;03739.6834;E;0;144;185;11;E717', { at_ms: Date.parse('2026-11-20T10:15:30Z'), lat: 55.743375, lon: 37.66139, speed_kmh: 0, heading_deg: 144, altitude_m: 185, satellites: 11 }],
    ['#SD#240123;110050;NA;NA;NA;NA;NA;NA;NA;NA;C4B', { at_ms: Date.parse('2023-01-24T11:00:50Z') }],
    [
      '#D#201126;101530;5544.6025;N;03739.6834;E;62;144;185;11;0.9;1;0;14.77,3.6;NA;can_fuel:2:45.8,can_rpm:1:1840,can_odo:2:152340.6,dtc:3:P0420,ign:1:1;88A7',
      {
        at_ms: Date.parse('2026-11-20T10:15:30Z'), lat: 55.743375, lon: 37.66139, speed_kmh: 62, heading_deg: 144, altitude_m: 185, satellites: 11, inputs: 1, outputs: 0,
        fuel_level_l: 45.8, rpm: 1840, odometer_km: 152340.6, dtcs: ['P0420'], ignition: true, extras: { hdop: 0.9, adc1: 14.77, adc2: 3.6 },
      },
    ],
    [
      '#D#220323;114150;2234.80479;N;11354.87786;E;0;NA;59;11;NA;NA;NA;;NA;d_battr:1:94,d_csq:1:21,di_light:1:1;E7C9',
      { at_ms: Date.parse('2023-03-22T11:41:50Z'), lat: 22.5800798, lon: 113.9146310, speed_kmh: 0, altitude_m: 59, satellites: 11, extras: { d_battr: 94, d_csq: 21, di_light: 1 } },
    ],
    [
      '#D#NA;NA;5429.681944502211763;N;02654.60403650999069;E;NA;NA;NA;NA;NA;NA;NA;1.0;NA;m1:1:9196679,d1:1:15397,t1:1:20,b1:1:162,fuel1:2:21588.0,pv1:2:35.98,finish:1:1;0x9b0',
      { at_ms: receivedAtMs, lat: 54.4946991, lon: 26.9100673, extras: { adc1: 1, m1: 9196679, d1: 15397, t1: 20, b1: 162, fuel1: 21588, pv1: 35.98, finish: 1 } },
    ],
    [
      '#D#120319;112003;NA;NA;NA;NA;0.000;NA;NA;0;NA;NA;NA;NA;NA;101_521347:1:521246,101_158:1:510,101_521055:1:510,101_521055_2.9:1:509,101_521056:1:3;626B',
      { at_ms: Date.parse('2019-03-12T11:20:03Z'), speed_kmh: 0, satellites: 0, extras: { '101_521347': 521246, '101_158': 510, '101_521055': 510, '101_521055_2.9': 509, '101_521056': 3 } },
    ],
  ])('%s', (line, sample) => expect(sampleOf(oneOf2(line))).toEqual(sample));

  it.each([
    ['#SD#201126;101530;5544.6025;N;03739.6834;E;0;144;185;11;E718', '#ASD#13\r\n'],
    ['#SD#201126;101530;5544.6025;N;03739.6834;E;0;144;185;11', '#ASD#13\r\n'],
    ['#D#201126;101530;5544.6025;N;03739.6834;E;0;144;185;11;;;;;;;E718', '#AD#16\r\n'],
    ['#B#201126;101530;5544.6025;N;03739.6834;E;0;144;185;11|1234', '#AB#\r\n'],
    ['#M#hello;1234', '#AM#01\r\n'],
  ])('%s has a wrong sum', (line, answer) => {
    expect(oneOf2(line)).toMatchObject({ ok: false, reason: 'crc' });
    expect(answerTo(oneOf2(line))).toBe(answer);
  });

  it('without strictness it is taken, with and without the sum', () => {
    const body = '201126;101530;5544.6025;N;03739.6834;E;0;144;185;11';
    expect(sampleOf(oneOf2(`#SD#${body};E718`, { strictCrc: false }))).toMatchObject({ satellites: 11 });
    expect(sampleOf(oneOf2(`#SD#${body};`, { strictCrc: false }))).toMatchObject({ satellites: 11 });
  });
});

describe('black boxes', () => {
  it('bodies with names in any script', () => {
    const line = '#B#080914;073235;5027.50625;N;03026.19321;E;0.700;0.000;NA;4;NA;NA;NA;;NA;Батарея:3:100 %|080914;073420;5027.50845;N;03026.18854;E;1.996;292.540;NA;4;NA;NA;NA;;NA;Батарея:3:100 %';
    expect(frame(one(line))).toMatchObject({ type: 'B', bodies: [
      { ok: true, sample: { at_ms: Date.parse('2014-09-08T07:32:35Z'), speed_kmh: 0.7, heading_deg: 0, extras: { Батарея: '100 %' } } },
      { ok: true, sample: { at_ms: Date.parse('2014-09-08T07:34:20Z'), heading_deg: 292.54 } },
    ] });
  });
  it('sixty-four minutes are no place; the other bodies count', () => {
    const line = '#B#110315;045857;5364.0167;N;06127.8262;E;0;155;965;7;2.40;4;0;;NA;A:1:1|110315;045858;5304.0167;N;06127.8262;E;0;155;965;7';
    expect(frame(one(line))).toMatchObject({ bodies: [{ ok: false, reason: 'coordinate' }, { ok: true, sample: { satellites: 7 } }] });
  });
  it('signed up to the last bar', () => {
    const bodies = '201126;101530;NA;NA;NA;NA;NA;NA;NA;NA|201126;101531;NA;NA;NA;NA;NA;NA;NA;NA|';
    expect(frame(oneOf2(`#B#${sign(bodies)}`))).toMatchObject({ bodies: [{ ok: true }, { ok: true }] });
  });
  it('holds 5000 bodies and no more', () => {
    const body = '201126;101530;NA;NA;NA;NA;NA;NA;NA;NA|';
    const long = { maxLoginBytes: 1_000_000 };
    expect((frame(one(`#B#${body.repeat(5000)}`, long)) as { bodies: unknown[] }).bodies).toHaveLength(5000);
    expect(answerTo(one(`#B#${body.repeat(5001)}`, long))).toBe('#AB#0\r\n');
  });
  it('says how many were taken', () => expect(ipsAnswer.blackBox(3).toString()).toBe('#AB#3\r\n'));
});

describe('pings, messages, files, and what is none of it', () => {
  it('ping', () => {
    expect(frame(one('#P#'))).toEqual({ type: 'P' });
    expect(ipsAnswer.ping.toString()).toBe('#AP#\r\n');
  });
  it('message', () => {
    expect(frame(one('#M#DOUT1:ON; done'))).toEqual({ type: 'M', text: 'DOUT1:ON; done' });
    expect(frame(oneOf2(`#M#${sign('hello;')}`))).toEqual({ type: 'M', text: 'hello' });
  });
  it('a picture is passed over and refused, and the line after it is read', () => {
    const [picture, ping] = decode('#I#5;0;3;270413;205601;a.jpg\r\n#D#\r\n\r\n#P#\r\n');
    expect(frame(picture!)).toEqual({ type: 'I', index: '0', intact: true });
    expect(ipsAnswer.file({ type: 'I', index: '0', intact: true }).toString()).toBe('#AI#0;0\r\n');
    expect(frame(ping!)).toEqual({ type: 'P' });
  });
  it('a picture of version 2.0 is summed', () => {
    const bytes = 'JPEG!';
    const head = (crc: number) => `${version2}#I#5;2;3;270413;205601;a.jpg;${crc.toString(16)}\r\n${bytes}`;
    expect(frame(decode(head(crc16Arc(Buffer.from(bytes))))[1]!)).toEqual({ type: 'I', index: '2', intact: true });
    expect(frame(decode(head(1))[1]!)).toEqual({ type: 'I', index: '2', intact: false });
    expect(ipsAnswer.file({ type: 'I', index: '2', intact: false }).toString()).toBe('#AI#2;01\r\n');
  });
  it('a picture without a size ends the stream', () => {
    expect(decode('#I#big;0;3;270413;205601;a.jpg\r\n#P#\r\n')).toEqual([expect.objectContaining({ ok: false, reason: 'structure', fatal: true })]);
    expect(answerTo(one('#I#big;0;3;270413;205601;a.jpg'))).toBe('#AI#NA;0\r\n');
  });
  it('tachograph files', () => {
    expect(frame(one('#IT#270413;205601;driver;0;2;1a'))).toEqual({ type: 'IT', index: '', intact: true });
    expect(frame(decode(`#T#0;3;1;${crc16Arc(Buffer.from('abc')).toString(16)}\r\nabc`)[0]!)).toEqual({ type: 'T', index: '1', intact: true });
  });
  it.each([
    ['GET / HTTP/1.1', 'not_ips'],
    ['##', 'not_ips'],
    ['#XX#1', 'unknown_type'],
  ])('%s: %s', (line, reason) => expect(one(line)).toMatchObject({ ok: false, reason }));
  it('a line without end is cut off', () => {
    const decoder = new IpsDecoder();
    expect(decoder.push(Buffer.alloc(1025, 'a'), 0)).toEqual([expect.objectContaining({ reason: 'too_long', fatal: true })]);
    expect(decoder.push(Buffer.from('#P#\r\n'), 0)).toEqual([]);
    expect(decoder.heldBytes).toBe(0);
  });
});

describe('compressed containers', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  it.each([
    ['FF1B00780153F65136D233B0CECC4DCDB4F673B476B4343602002FF404E6', { type: 'L', version: '2.0', deviceId: 'imei', password: undefined }],
    ['FF180078DA53F651CECC4DCDB42E482C2E2ECF2F4A01002D1C05E5', { type: 'L', version: '1.1', deviceId: 'imei', password: 'password' }],
  ])('%s', (bytes, login) => expect(decode(hex(bytes)).map(frame)).toEqual([login]));

  it('a whole data packet', () => {
    const packed = hex('FF76007801258CCB0AC24010043F26D77599DE9931ECF4C9D7351EF2050145024625F8FF9818EA540DD5CDB9290A41215CAB57BABA65AB652FEC28A55564B35A8517CA828AB02532FE86242BEC0E1C1FAF4020DD3EC33C4C5142330CBE1C79FA6E9BC6F33DDFA7346E8AD8B9A7FEDAAF1DED78D21FEF7522F7');
    const [, read] = decode(Buffer.concat([Buffer.from(version2), packed]));
    expect(sampleOf(read!)).toMatchObject({
      at_ms: Date.parse('2012-10-23T15:39:59Z'), lat: 53.9082100, lon: 27.5241650, speed_kmh: 0, heading_deg: 0, altitude_m: 300, satellites: 7, inputs: 0, outputs: 0, ignition: true,
      extras: { hdop: 1.1, adc1: 1, adc2: 0, dparam: 3.14159265, tparam: 'lorem', iparam: -55, sos: true },
    });
  });
  it('one that is broken is stepped over', () =>
    expect(decode(Buffer.concat([hex('ff0300010203'), Buffer.from('#P#\r\n')]))).toMatchObject([{ ok: false, reason: 'compression' }, { ok: true }]));
});

describe('datagrams', () => {
  it.each([
    ['99999999#SD#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4', '1.1', '99999999', moscow],
    ['99999999#SD#270413;205601;5544.6025;N;03739.6834;E;1;2;3;4\r\n', '1.1', '99999999', moscow],
    [
      '2.0;99999999#D#101118;061143;0756.0930;N;12338.6403;E;18.223;99.766;-4.000;10;0.800;NA;NA;NA;NA;101_521347:1:521249,101_521126:1:6593598,101_521127:1:774780,101_521072_21.1:1:0,101_521072_21.2:1:71353;F24A',
      '2.0', '99999999', { at_ms: Date.parse('2018-11-10T06:11:43Z'), lat: 7.9348833, speed_kmh: 18.223, heading_deg: 99.766, altitude_m: -4, satellites: 10 },
    ],
    [`2.0;99999999#SD#${sign('270413;205601;5544.6025;N;03739.6834;E;1;2;3;4;')}\r\n`, '2.0', '99999999', moscow],
  ])('%s', (text, version, deviceId, sample) =>
    expect(readDatagram(Buffer.from(text), receivedAtMs)).toMatchObject({ version, deviceId, messages: [{ ok: true, frame: { sample: { ...sample, lat: expect.closeTo(sample.lat, 6) } } }] }));

  it.each(['', 'hello', '#SD#270413;205601;NA;NA;NA;NA;NA;NA;NA;NA', '2.0;#P#\r\n', 'a#P#\r\nb#P#\r\n'])('%j is nobody’s', (text) => expect(readDatagram(Buffer.from(text), 0)).toMatchObject({ ok: false, reason: 'not_ips' }));
});
