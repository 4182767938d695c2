import ts from 'typescript';
import type { Route } from '../../../apps/cli/src/docs/routes';
import { walk, type Source } from '../house';

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
export function permissionsAskedIn(sources: Source[]): string[] {
  const found: string[] = [];
  for (const source of sources.filter((s) => s.path.startsWith('libs/') && s.text.includes('permissions.has('))) {
    walk(source.tree, (node) => {
      if (!ts.isCallExpression(node) || !/\bpermissions\.has$/.test(node.expression.getText())) return;
      const [permission] = node.arguments;
      if (permission && ts.isStringLiteralLike(permission)) found.push(permission.text);
    });
  }
  return found;
}
