import type { AccessRule } from './facts';

/** The papers the account demands are there, verified and in date. */
export const documents: AccessRule = {
  name: 'documents',
  judge: ({ faults }) => faults.filter((fault) => fault.code.startsWith('DRIVER_DOCUMENT_')).map(({ code, detail, facts }) => ({ code, detail, ...(facts ? { facts } : {}) })),
};
