import { incomplete, unknownIn, type InboxItem } from './inbox-words';

const item = (more: Partial<InboxItem>): InboxItem => ({ raw: {}, overlay: null, fueled_at: '2026-11-01T00:00:00Z', litres: 10, ...more }) as InboxItem;

describe('a record of the inbox', () => {
  it('names the spelling an alias would be made of, as it was written or corrected last', () => {
    expect(unknownIn(item({ raw: { fuel_type: ' dsiel ' } }), 'fuel_type_unknown')).toEqual({ kind: 'fuel_type', spelling: 'dsiel' });
    expect(unknownIn(item({ raw: { car: 'KXX 000Z' }, overlay: { car: 'KXX 001Z' } }), 'plate_unknown')).toEqual({ kind: 'plate', spelling: 'KXX 001Z' });
    expect(unknownIn(item({ raw: { department: 'x' } }), 'duplicate')).toBeUndefined();
    expect(unknownIn(item({ raw: { fuel_type: 7 } }), 'fuel_type_unknown')).toBeUndefined();
  });

  it('cannot count without a date and litres', () => {
    expect([incomplete(item({})), incomplete(item({ litres: null })), incomplete(item({ fueled_at: null }))]).toEqual([false, true, true]);
  });
});
