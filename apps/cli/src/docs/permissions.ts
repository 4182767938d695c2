import { roles, type Grants } from '@fleet/platform/auth';
import type { Route } from './routes';

/** docs/PERMISSIONS.md: who may use which route, and which doors are open to anybody. */
export function permissionTable(routes: Route[], grants: Grants): string {
  const guarded = routes.filter((route) => route.access?.permission);
  const open = routes.filter((route) => route.access?.public);
  return [
    '# Who may do what',
    '',
    'Printed by `npm run docs` from the routes and grants in the code; do not edit. A machine client holds permissions (or `subsystem.*`) as scopes.',
    '**2FA** asks for a second factor proved within the last minutes.',
    '',
    `| Route | Permission | ${roles.join(' | ')} |`,
    `|---|---|${roles.map(() => ':-:').join('|')}|`,
    ...guarded.map((route) => guardedRow(route, grants)),
    '',
    '## Open to anybody',
    '',
    '| Route | Why |',
    '|---|---|',
    ...open.map((route) => `| ${nameOf(route)} | ${route.access?.public} |`),
    '',
  ].join('\n');
}

const nameOf = (route: Route): string => `\`${route.method} ${route.path}\``;

function guardedRow(route: Route, grants: Grants): string {
  const permission = route.access?.permission ?? '';
  const cells = roles.map((role) => (grants[permission]?.includes(role) ? 'x' : ' '));
  return `| ${nameOf(route)} | \`${permission}\`${route.access?.steppedUp ? ' **2FA**' : ''} | ${cells.join(' | ')} |`;
}
