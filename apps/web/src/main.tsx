import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { asProblem } from './api/problem';
import { SignInAgain, StepUp } from './app/gate';
import { router } from './app/router';
import { schemeManager, theme, variables } from './app/theme';
import { startI18n } from './i18n';

const queries = new QueryClient({
  defaultOptions: {
    // Reads are tried again when the fault may pass; a write only by the person who sent it.
    queries: { retry: (count, error) => count < 2 && asProblem(error).passing, staleTime: 10_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});

async function start(): Promise<void> {
  await startI18n();
  const box = document.getElementById('root');
  if (!box) throw new Error('index.html has no #root.');
  createRoot(box).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" colorSchemeManager={schemeManager}>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" limit={4} />
          <RouterProvider router={router} />
          <SignInAgain />
          <StepUp />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void start();
