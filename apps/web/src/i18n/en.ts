/** What both faces of the app say, in one chunk. */
export default import.meta.glob<Record<string, unknown>>('./en/{account,drivers,kit,problems,vehicles}.json', { eager: true, import: 'default' });
