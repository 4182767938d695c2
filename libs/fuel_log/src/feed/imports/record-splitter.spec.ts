import fc from 'fast-check';
import { MalformedFeed, RecordSplitter, type SplitElement } from './record-splitter';

function split(bytes: Buffer, cuts: number[] = [], elementMax = 1_000_000): { elements: SplitElement[]; metadata: Buffer | undefined } {
  const elements: SplitElement[] = [];
  const splitter = new RecordSplitter(elementMax, (e) => elements.push({ ...e, bytes: Buffer.from(e.bytes) }));
  let from = 0;
  for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    splitter.push(bytes.subarray(from, cut));
    from = cut;
  }
  splitter.end();
  return { elements, metadata: splitter.metadata };
}

const values = (result: { elements: SplitElement[] }): unknown[] => result.elements.map((e) => JSON.parse(e.bytes.toString()) as unknown);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe('splitting a feed', () => {
  it('finds every record of any JSON, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), fc.array(fc.nat()), fc.constantFrom(undefined, 1, '\t'), fc.boolean(), (records, metadata, cuts, indent, recordsFirst) => {
        const file = recordsFirst ? { records, metadata, more: [records] } : { metadata, other: { records: [1] }, records };
        const result = split(Buffer.from(JSON.stringify(file, null, indent)), cuts);
        expect(values(result)).toEqual(plain(records));
        expect(JSON.parse(result.metadata?.toString() ?? 'null')).toEqual(plain(metadata));
      }),
      { numRuns: 400 },
    );
  });

  it('takes a bare list and a byte order mark', () => {
    expect(values(split(Buffer.from('\ufeff [ {"a":"]}\\\\\\""} , 2,"x" ]\n'), [1, 2, 3, 9]))).toEqual([{ a: ']}\\"' }, 2, 'x']);
    expect(values(split(Buffer.from('{"records":[]}')))).toEqual([]);
  });

  it('notices wherever a file was cut off', () => {
    const whole = Buffer.from(JSON.stringify({ metadata: { count: 2 }, records: [{ id: 1, t: 'a"b' }, { id: 2 }] }));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => split(whole.subarray(0, length))).toThrow(MalformedFeed);
    }
  });

  it('never takes a changed byte for the end of the world: it splits, or says that the file is malformed', () => {
    const whole = Buffer.from(JSON.stringify({ metadata: { count: 2 }, records: [{ id: 1, t: 'a"b' }, [{}], 'x', null] }));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        try {
          split(changed, [at]);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFeed);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('drops the bytes of an element over the limit and goes on behind it', () => {
    const result = split(Buffer.from(JSON.stringify({ records: [{ id: 1 }, { id: 2, t: 'x'.repeat(500) }, { id: 3 }] })), [30, 60, 90], 100);
    expect(result.elements.map((e) => [e.tooLarge, e.bytes.length > 0])).toEqual([[false, true], [true, false], [false, true]]);
  });

  it.each([
    ['no records', '{"metadata":{}}', 'no "records"'],
    ['records that are no list', '{"records":{}}', 'not a list'],
    ['records twice', '{"records":[],"records":[]}', 'twice'],
    ['two records without a comma', '{"records":[{}{}]}', 'a comma'],
    ['a trailing comma', '{"records":[{},]}', 'a record'],
    ['something after the end', '{"records":[]} x', 'nothing'],
    ['a page of HTML', '<html>403</html>', 'an object'],
  ])('refuses %s', (_, text, says) => {
    expect(() => split(Buffer.from(text))).toThrow(says);
  });
});
