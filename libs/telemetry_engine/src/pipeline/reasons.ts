/** Why a sample was set aside: it is kept with its bytes and can be replayed, but is in no chart. */
export const quarantineReasons = ['no_vehicle', 'device_disabled', 'bad_time', 'future', 'gps_week_rollover', 'too_old', 'out_of_range', 'unreadable'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

export const reasonWords: Record<QuarantineReason, string> = {
  no_vehicle: 'The device is in none of your vehicles at that time, or the vehicle is not yours to write. Bind the device, then replay.',
  device_disabled: 'The device is disabled.',
  bad_time: 'The time is no time.',
  future: 'The time lies more than ten minutes ahead.',
  gps_week_rollover: 'The time lies 1024 weeks back: the receiver counts GPS weeks wrongly. Replay with add_weeks 1024 after checking.',
  too_old: 'The time lies before the seven days that samples are kept.',
  out_of_range: 'Latitude or longitude is not on Earth.',
  unreadable: 'The bytes make no message of the protocol. They can be replayed once a newer version reads them.',
};

/** What is doubtful about a stored sample. Bits of `flags`, above the four that hold ignition and validity. */
export const marks = {
  jump: 1 << 4,
  odometer_fell: 1 << 5,
  speed_spike: 1 << 6,
  zero_position: 1 << 7,
  value_dropped: 1 << 8,
} as const;
export type Mark = keyof typeof marks;
export const markNames = Object.keys(marks) as Mark[];

export const namesOfMarks = (flags: number): Mark[] => markNames.filter((name) => (flags & marks[name]) !== 0);
