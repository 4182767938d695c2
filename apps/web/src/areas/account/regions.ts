const options = (values: readonly string[]): { value: string; label: string }[] => values.map((value) => ({ value, label: value }));

/** What the browser knows; UTC is a zone too, though browsers leave it out of their list. */
export const timeZones = (): { value: string; label: string }[] => options([...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]);
export const currencies = (): { value: string; label: string }[] => options(Intl.supportedValuesOf('currency'));
