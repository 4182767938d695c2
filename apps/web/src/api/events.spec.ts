import fc from 'fast-check';
import { EventReader, type StreamEvent } from './events';

const text = 'retry: 2000\n\nevent: positions\nid: 7\ndata: [1]\n\n: still here\n\ndata: a\r\ndata:b\r\n\r\nevent: empty\n\n';
const events: StreamEvent[] = [
  { name: 'positions', id: '7', data: '[1]' },
  { name: 'message', id: '7', data: 'a\nb' },
];

describe('a stream of events', () => {
  it('is read the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const reader = new EventReader();
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(places.slice(1).flatMap((end, i) => reader.push(text.slice(places[i], end)))).toEqual(events);
      }),
    );
  });
});
