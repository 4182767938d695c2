/** Every area's file of this language, in one chunk. */
export default import.meta.glob<Record<string, unknown>>('./ru/*.json', { eager: true, import: 'default' });
