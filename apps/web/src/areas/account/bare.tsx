import { Group, Select, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, languages, type Language } from '../../i18n';

/** The frame of pages for people who are not signed in. */
export function Bare({ title, lead, children }: { title: string; lead?: string; children: ReactNode }): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <div className="bare">
      <main>
        <Stack gap="md">
          <Group gap="sm">
            <img src="/favicon.svg" alt="" width={36} height={36} />
            <Text fw={650} size="lg">
              Fleet ERP
            </Text>
          </Group>
          <div className="card">
            <Stack gap="sm">
              <div>
                <Title order={1} size="h3">
                  {title}
                </Title>
                {lead && (
                  <Text size="sm" c="dimmed">
                    {lead}
                  </Text>
                )}
              </div>
              {children}
            </Stack>
          </div>
          <Select
            size="xs"
            w={150}
            aria-label={t('kit:person.language')}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
            value={i18n.language}
            onChange={(language) => language && void changeLanguage(language as Language)}
            allowDeselect={false}
          />
        </Stack>
      </main>
    </div>
  );
}
