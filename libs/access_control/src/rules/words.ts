/** The words of the trade, in one place; tables, bodies and documents use these. */
export const methodNames = ['vialon_relay', 'teltonika_gprs', 'ips_text', 'tracksolid'] as const;
export type MethodName = (typeof methodNames)[number];

/** Methods that go through somebody else's server and need the account's credentials there. */
export const gatewayMethods = ['vialon_relay', 'tracksolid'] as const;
export type GatewayMethod = (typeof gatewayMethods)[number];

export const commandKinds = ['immobilize', 'release'] as const;
export type CommandKind = (typeof commandKinds)[number];

export const states = ['pending', 'sent', 'acknowledged', 'completed', 'failed', 'expired', 'unknown'] as const;
export type State = (typeof states)[number];

/** How sure it is: nothing, the gateway took it, the device said it did it, the relay shows it. */
export const evidences = ['none', 'accepted', 'executed', 'relay_seen'] as const;
export type Evidence = (typeof evidences)[number];

export const circuitKinds = ['starter', 'ignition', 'fuel_pump'] as const;
export type CircuitKind = (typeof circuitKinds)[number];

export const immobilizeReasons = ['safety_lockdown', 'theft_suspected', 'unauthorised_use', 'end_of_rental', 'authority_request', 'installation_test', 'other'] as const;
export const releaseReasons = ['lockdown_over', 'mistake', 'vehicle_recovered', 'access_restored', 'safety', 'installation_test', 'other'] as const;

export const lockoutReasons = ['debt', 'incident', 'documents', 'medical', 'misconduct', 'contract_ended', 'technical_defect', 'investigation', 'other'] as const;
export type LockoutReason = (typeof lockoutReasons)[number];
