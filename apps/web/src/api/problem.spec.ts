import { asProblem, Problem, problemOf } from './problem';

describe('what the server refuses', () => {
  it('is read from problem+json', async () => {
    const errors = [{ field: 'plate', code: 'required', detail: 'plate is required' }];
    const problem = await problemOf(Response.json({ code: 'INVALID', detail: 'Look again.', request_id: 'q1', errors, facts: { max: 3 } }, { status: 400 }));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID', detail: 'Look again.', requestId: 'q1', errors, facts: { max: 3 }, passing: false });
  });

  it.each([
    ['a page of a proxy', new Response('<html>', { status: 502, statusText: 'Bad Gateway' }), { status: 502, code: 'HTTP_502', detail: 'Bad Gateway', passing: true }],
    ['nothing', new Response(null, { status: 429 }), { status: 429, code: 'HTTP_429', passing: true }],
    ['null', Response.json(null, { status: 500, headers: { 'x-request-id': 'q2' } }), { code: 'HTTP_500', requestId: 'q2' }],
    ['errors of another shape', Response.json({ errors: ['no', null, { field: 1 }], facts: 'x' }, { status: 422 }), { errors: [], facts: {} }],
  ])('is a problem too when it is %s', async (_, response, expected) => {
    expect(await problemOf(response)).toMatchObject(expected);
  });

  it('includes a network that does not answer', () => {
    expect(asProblem(new TypeError('fetch failed'))).toMatchObject({ code: 'OFFLINE', passing: true });
    expect(asProblem('odd')).toMatchObject({ code: 'UNEXPECTED' });
    const known = new Problem(409, 'TAKEN', 'Taken.');
    expect(asProblem(known)).toBe(known);
  });
});
