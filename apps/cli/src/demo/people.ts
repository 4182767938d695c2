import type { Role } from '@fleet/platform/auth';

/** People of the demo. Their names say that they are made up; their addresses end in a domain that cannot exist. */
export interface DemoPerson {
  role: Role;
  email: string;
  name: string;
  /** Comes with an authenticator secret, so that guarded acts can be tried. */
  totp?: true;
  /** Limited to the first park. */
  onePark?: true;
}

export const demoPeople: DemoPerson[] = [
  { role: 'operator', email: 'operator@demo.example', name: 'Demo Operator' },
  { role: 'operator', email: 'operator.west@demo.example', name: 'Demo Operator West', onePark: true },
  { role: 'immobilizing_operator', email: 'immobilizer@demo.example', name: 'Demo Immobilizing Operator', totp: true },
  { role: 'driver', email: 'driver1@demo.example', name: 'Demo Driver One' },
  { role: 'driver', email: 'driver2@demo.example', name: 'Demo Driver Two' },
  { role: 'driver', email: 'driver3@demo.example', name: 'Demo Driver Three' },
  { role: 'investor', email: 'investor1@demo.example', name: 'Demo Investor One' },
  { role: 'investor', email: 'investor2@demo.example', name: 'Demo Investor Two' },
];
