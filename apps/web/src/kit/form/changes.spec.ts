import { changesOf, differences } from './changes';

describe('what was changed in a form', () => {
  const before = { plate: 'KBA 001A', name: null, tags: ['night'], year: 2020, version: 3 };

  it('is sent, and nothing else', () => {
    expect(changesOf(before, { plate: 'KBA 001A', name: 'Blue', tags: ['night'], year: 2020 }, ['plate', 'name', 'tags', 'year'])).toEqual({ name: 'Blue' });
    expect(changesOf(before, { plate: 'KBA 001A', tags: ['night', 'airport'], year: null }, ['plate', 'name', 'tags', 'year'])).toEqual({ tags: ['night', 'airport'], year: null });
    expect(changesOf(before, {}, ['name'])).toEqual({});
  });

  it('is compared with what somebody else wrote meanwhile', () => {
    expect(differences({ name: 'Blue', year: 2021 }, { ...before, name: 'Green', year: 2021, version: 4 })).toEqual([{ name: 'name', mine: 'Blue', theirs: 'Green' }]);
  });
});
