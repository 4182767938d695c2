export const roles = ['admin', 'operator', 'immobilizing_operator', 'driver', 'investor'] as const;
export type Role = (typeof roles)[number];

/** Permission -> roles that have it. Each subsystem states its own; the composition root adds them up. */
export type Grants = Readonly<Record<string, readonly Role[]>>;

export const staff: readonly Role[] = ['admin', 'operator', 'immobilizing_operator'];
export const everyone: readonly Role[] = roles;

/** Who may what, as data. Machine clients hold scopes instead: permissions, or a prefix like `telemetry_engine.*`. */
export class PermissionTable {
  private readonly byRole = new Map<Role, Set<string>>(roles.map((role) => [role, new Set<string>()]));
  readonly permissions: readonly string[];

  constructor(readonly grants: Grants) {
    this.permissions = Object.keys(grants).sort();
    for (const [permission, granted] of Object.entries(grants)) {
      for (const role of granted) this.byRole.get(role)?.add(permission);
    }
  }

  of(role: Role): ReadonlySet<string> {
    return this.byRole.get(role) ?? new Set();
  }

  ofScopes(scopes: readonly string[]): ReadonlySet<string> {
    return new Set(this.permissions.filter((p) => scopes.some((s) => s === p || (s.endsWith('.*') && p.startsWith(s.slice(0, -1))))));
  }

  /** Scopes that name nothing are refused when a client is made, not silently dropped. */
  unknownScopes(scopes: readonly string[]): string[] {
    return scopes.filter((s) => this.ofScopes([s]).size === 0);
  }
}
