/** What a shift is kept with although something about it is odd. */
export const warningWords: Record<string, string> = {
  ODOMETER_ROLLBACK: 'The odometer is lower than a reading before it; it was not taken into the series.',
  ODOMETER_OUT_OF_LINE: 'The odometer does not fit between other readings; it was not taken into the series.',
  ODOMETER_BELOW_START: 'The odometer at the end is lower than at the start.',
  SHIFT_TOO_LONG: 'It lasted longer than a shift may.',
  VEHICLE_PLANNED_FOR_OTHER: 'At that hour the vehicle was planned for another driver.',
};
