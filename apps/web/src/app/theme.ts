import { createTheme, type MantineColorsTuple, type MantineColorSchemeManager, type MantineColorScheme } from '@mantine/core';

const petrol: MantineColorsTuple = ['#e8f6f7', '#d5eaec', '#a9d5d9', '#7abfc5', '#54acb4', '#3ca0a9', '#2c9aa4', '#1b8690', '#0f6b74', '#005d67'];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 5 },
  autoContrast: true,
  colors: { petrol },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: {
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Badge: { defaultProps: { tt: 'none', fw: 600 } },
  },
});

const key = 'fleet.scheme';

/** Kept under our own name, which `scheme.js` reads before the first paint. */
export const schemeManager: MantineColorSchemeManager = {
  get: (fallback) => (localStorage.getItem(key) as MantineColorScheme | null) ?? fallback,
  set: (value) => localStorage.setItem(key, value),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => localStorage.removeItem(key),
};
