/** Texts of the driver's phone; notifications are at the desk too. */
export default import.meta.glob<Record<string, unknown>>('./sw/{driver_app,notify}.json', { eager: true, import: 'default' });
