export { AuditModule } from './audit.module';
export type { Fault, Finding } from './chain-walk';
export { auditGrants } from './grants';
export { record, type Act } from './record';
export { AuditSealer } from './sealer';
export { AuditSigningKey } from './signing-key';
export { auditSummary, auditVerifyCommand } from './verify-command';
export { verifyAudit, type AuditReport, type VerifyOptions } from './verify';
