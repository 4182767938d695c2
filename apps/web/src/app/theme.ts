import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, type MantineColorSchemeManager, type MantineColorScheme } from '@mantine/core';

const petrol: MantineColorsTuple = ['#e8f6f7', '#d5eaec', '#a9d5d9', '#7abfc5', '#54acb4', '#3ca0a9', '#2c9aa4', '#1b8690', '#0f6b74', '#005d67'];

/** Mantine's dark greys are brownish beside ours. */
const dark: MantineColorsTuple = ['#d5dbe3', '#b9c2cd', '#9aa5b3', '#76828f', '#3c4653', '#2d343e', '#232a33', '#1a1f26', '#161b21', '#13171c'];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: 8,
  autoContrast: true,
  colors: { petrol, dark },
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

/** Mantine's soft greys are too soft to read on our grounds, and so is its red under the pointer. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5a6472', '--mantine-color-placeholder': '#66707d', '--mantine-color-body': '#fff', '--mantine-color-red-light-color': '#a51d1d' },
  dark: { '--mantine-color-dimmed': '#9aa5b3', '--mantine-color-placeholder': '#95a0ad', '--mantine-color-body': '#1a1f26' },
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
