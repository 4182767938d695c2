/** Texts of the driver's phone. */
export default import.meta.glob<Record<string, unknown>>('./ru/driver_app.json', { eager: true, import: 'default' });
