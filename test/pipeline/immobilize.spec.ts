import { cut, openYard, release, rig, until, type Yard } from '../support/immobilizing';

describe('a vehicle is stopped and let go', () => {
  let yard: Yard;
  beforeAll(async () => {
    yard = await openYard();
  }, 60_000);
  afterAll(() => yard?.app.close());

  it('over the device’s open connection, with its own words as proof', async () => {
    const { vehicle_id, tracker } = await rig(yard);
    const { body } = await cut(yard.operator, vehicle_id).expect(202);
    expect(body).toEqual({ job_id: expect.any(String), status: 'pending', awaiting_approval: false });
    const job = await until(yard.operator, vehicle_id, body.job_id, ['completed', 'failed', 'unknown']);
    expect(job).toMatchObject({ status: 'completed', result: 'success', evidence: 'executed' });
    expect(job.attempts).toMatchObject([{ no: 1, sent: 'OUTPUT0=1', outcome: 'executed', answer: 'OUTPUT0=1' }]);
    expect(tracker.heard).toEqual(['OUTPUT0=1']);
    tracker.report();
    await expect(until(yard.operator, vehicle_id, body.job_id, ['completed'])).resolves.toBeDefined();
    const { body: let_go } = await release(yard.operator, vehicle_id).expect(202);
    await expect(until(yard.operator, vehicle_id, let_go.job_id, ['completed', 'failed', 'unknown'])).resolves.toMatchObject({ result: 'success' });
    expect(tracker.heard).toEqual(['OUTPUT0=1', 'OUTPUT0=0']);
  });

  it('over Teltonika’s binary protocol too', async () => {
    const { vehicle_id, tracker } = await rig(yard, { speaks: 'teltonika' });
    const { body } = await cut(yard.operator, vehicle_id, { method: 'teltonika_gprs' }).expect(202);
    await expect(until(yard.operator, vehicle_id, body.job_id, ['completed', 'failed', 'unknown'])).resolves.toMatchObject({ status: 'completed', result: 'success' });
    expect(tracker.heard).toEqual(['setdigout 1 ? 5']);
  });
});
