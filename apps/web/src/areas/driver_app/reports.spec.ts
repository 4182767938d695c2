import { Reports, type Fix } from './reports';

const fix = (second: number): Fix => ({ at: second * 1000, latitude: -1.29, longitude: 36.82, accuracy: 5, speed: null, heading: null });
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function phone(): { reports: Reports; sent: number[]; answer: { status: number | 'cut' }; refused: () => boolean; left: () => number } {
  const sent: number[] = [];
  const answer: { status: number | 'cut' } = { status: 200 };
  let [refused, left] = [false, 0];
  const send = async ({ at }: Fix): Promise<number> => {
    if (answer.status === 'cut') throw new TypeError('Failed to fetch');
    sent.push(at / 1000);
    return answer.status;
  };
  const reports = new Reports({ send, now: () => 0, told: (_, waiting) => (left = waiting), refused: () => (refused = true) });
  return { reports, sent, answer, refused: () => refused, left: () => left };
}

describe('positions of a phone', () => {
  it('go out at most every ten seconds, in order, and wait without a network', async () => {
    const { reports, sent, answer, left } = phone();
    for (const second of [100, 104, 110]) reports.heard(fix(second));
    await soon();
    expect(sent).toEqual([100, 110]);
    answer.status = 'cut';
    for (const second of [120, 130]) reports.heard(fix(second));
    await soon();
    expect(left()).toBe(2);
    answer.status = 200;
    await reports.flush();
    expect([sent, left()]).toEqual([[100, 110, 120, 130], 0]);
  });

  it('stop when the server knows no such phone, and when somebody says so', async () => {
    const { reports, sent, answer, refused } = phone();
    answer.status = 401;
    reports.heard(fix(100));
    await soon();
    expect(refused()).toBe(true);
    reports.close();
    reports.heard(fix(200));
    await soon();
    expect(sent).toEqual([100]);
  });

  it('drop the oldest of two hours', async () => {
    const { reports, answer, left } = phone();
    answer.status = 'cut';
    for (let i = 0; i < 800; i++) reports.heard(fix(i * 10));
    await soon();
    expect(left()).toBe(720);
  });
});
