import { cornersIn, cornersText, draftOf, emptyDraft, outlineOf, pressed, reaching, shapeOf, shapeText, splitAfter, withCorner, withoutCorner, type Draft } from './fence-draft';

const a = { lat: -1.3, lon: 36.8 };
const b = { lat: -1.3, lon: 36.81 };
const c = { lat: -1.29, lon: 36.81 };

describe('a geofence while it is drawn', () => {
  it('is a circle after one press, and reaches as far as it is pulled, within bounds', () => {
    const drawn = pressed(emptyDraft('circle'), a);
    expect(shapeOf(emptyDraft('circle'))).toBeUndefined();
    expect(shapeOf(drawn)).toEqual({ type: 'circle', centre: a, radius_m: 200 });
    expect(shapeOf(reaching(drawn, b))).toMatchObject({ radius_m: 1112 });
    expect(shapeOf(reaching(drawn, a))).toMatchObject({ radius_m: 20 });
    expect(outlineOf(drawn)).toHaveLength(64);
  });

  it('is a polygon from the third corner on; corners move, part and go', () => {
    const two = pressed(pressed(emptyDraft('polygon'), a), b);
    expect(shapeOf(two)).toBeUndefined();
    const three = pressed(two, c);
    expect(shapeOf(three)).toEqual({ type: 'polygon', vertices: [a, b, c] });
    expect(outlineOf(splitAfter(three, 0, { lat: 0, lon: 0 }))).toEqual([a, { lat: 0, lon: 0 }, b, c]);
    expect(outlineOf(withCorner(three, 2, a))).toEqual([a, b, a]);
    expect(outlineOf(withoutCorner(three, 1))).toEqual([a, c]);
  });

  it('has no more corners than the server takes', () => {
    let draft: Draft = emptyDraft('polygon');
    for (let i = 0; i < 205; i += 1) draft = pressed(draft, { lat: i / 10, lon: 0 });
    expect(outlineOf(draft)).toHaveLength(200);
  });

  it('can be typed and pasted, and says which text is no corner', () => {
    expect(cornersIn(cornersText([a, b, c]))).toEqual([a, b, c]);
    expect(cornersIn('-1.3 36.8; -1.3,36.81')).toEqual([a, b]);
    for (const wrong of ['-1.3', '91, 0', 'north, east', '1, 2, 3']) expect(cornersIn(wrong)).toBeUndefined();
    expect(shapeText(draftOf({ type: 'circle', centre: a, radius_m: 50 }))).toBe('-1.3, 36.8 · 50 m');
  });
});
