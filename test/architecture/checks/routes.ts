import type { Route } from '../../../apps/cli/src/docs/routes';

type Grants = Readonly<Record<string, readonly string[]>>;

/** Each route says who may use it and what it answers; grants and routes name the same permissions. */
export function routeFaults(routes: Route[], grants: Grants, askedInCode: string[] = []): string[] {
  const used = new Set([...askedInCode, ...routes.flatMap((route) => route.access?.permission ?? [])]);
  return [
    ...routes.flatMap((route) => {
      const name = `${route.method} ${route.path} (${route.handler})`;
      const { access, returns } = route;
      const reason = access?.public;
      return [
        ...(access?.permission || reason !== undefined ? [] : [`${name} declares neither @Permit nor @Public`]),
        ...(reason === undefined || reason.trim().length >= 5 ? [] : [`${name} is @Public and does not say why`]),
        ...(returns?.view || returns?.raw ? [] : [`${name} declares no answer: @Returns, @ReturnsList, @ReturnsNothing or @ReturnsRaw`]),
      ];
    }),
    ...doubleFaults(routes),
    ...[...used].filter((permission) => !Object.hasOwn(grants, permission)).map((permission) => `permission ${permission} is asked for and granted to no role`),
    ...Object.keys(grants).flatMap((permission) => [
      ...(used.has(permission) ? [] : [`permission ${permission} is granted and no route asks for it`]),
      ...(/^[a-z_]+\.[a-z_]+\.[a-z_]+$/.test(permission) ? [] : [`permission ${permission} must be named subsystem.resource.verb`]),
      ...(grants[permission]?.length ? [] : [`permission ${permission} is granted to an empty list of roles`]),
    ]),
  ];
}

function doubleFaults(routes: Route[]): string[] {
  const seen = new Map<string, string>();
  return routes.flatMap((route) => {
    const key = `${route.method} ${route.path.replace(/:\w+/g, ':')}`;
    const first = seen.get(key);
    seen.set(key, route.handler);
    return first ? [`${key} is declared by ${first} and by ${route.handler}`] : [];
  });
}

/** Permissions that code asks for by itself: `actor.permissions.has('…')`. */
export const permissionsAskedIn = (text: string): string[] => [...text.matchAll(/\bpermissions\.has\(\s*['"`]([\w.]+)['"`]/g)].map((m) => m[1] ?? '');
