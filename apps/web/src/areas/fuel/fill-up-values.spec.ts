import { amendmentOf, bodyOf } from './fill-up-values';

describe('a fill-up form', () => {
  it('is sent on the account’s clock and in minor units', () => {
    const body = bodyOf({ fuel_date: '2026-11-21T09:30', total_cost_minor: 4510.5, tank: 'full', fuel_quantity: 38.5 }, 'Africa/Nairobi', 'KES');
    expect(body).toEqual({ fuel_date: '2026-11-21T06:30:00.000Z', total_cost_minor: 451_050, is_full_tank: true, fuel_quantity: 38.5 });
  });

  it('leaves the total to the server where nobody said one', () => {
    expect(bodyOf({ total_cost_minor: null, tank: 'partial' }, 'UTC', 'KES')).toEqual({ total_cost_minor: null, is_full_tank: false });
    expect(bodyOf({ fuel_quantity: 1 }, 'UTC', 'KES')).toEqual({ fuel_quantity: 1 });
  });

  it('corrected from a reading to a distance names the distance alone', () => {
    expect(amendmentOf({ odometer_reading: null, trip_distance: 120, reason: 'x' }, 'UTC', 'KES')).toEqual({ trip_distance: 120, reason: 'x' });
  });
});
