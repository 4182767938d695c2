/** Texts of the driver's phone. */
export default import.meta.glob<Record<string, unknown>>('./en/driver_app.json', { eager: true, import: 'default' });
