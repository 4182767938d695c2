/** Every area's file of this language, in one chunk. */
export default import.meta.glob<Record<string, unknown>>('./sw/*.json', { eager: true, import: 'default' });
