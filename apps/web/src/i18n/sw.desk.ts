/** Texts of the desk: every area that neither the driver's phone nor both faces have. */
export default import.meta.glob<Record<string, unknown>>(['./sw/*.json', '!./sw/{account,driver_app,drivers,kit,problems,vehicles}.json'], { eager: true, import: 'default' });
