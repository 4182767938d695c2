import { Anchor, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/me';
import { useTitle } from '../app/title';
import { Icon } from './icons';
import { useParamsInUrl } from './search-params';

export interface DetailTab {
  id: string;
  label: string;
  permission?: string;
  draw: () => ReactNode;
}

interface DetailProps {
  back?: { to: string; label: string };
  title: string;
  subtitle?: ReactNode;
  badges?: ReactNode;
  actions?: ReactNode;
  tabs: DetailTab[];
}

/** One thing with its tabs; the open tab stands in the address. */
export function DetailPage({ back, title, subtitle, badges, actions, tabs }: DetailProps): ReactNode {
  const may = useMay();
  const { t } = useTranslation();
  const [params, setParams] = useParamsInUrl();
  useTitle(title);
  const shown = tabs.filter((tab) => may(tab.permission));
  const current = shown.find((tab) => tab.id === params['tab']) ?? shown[0];
  return (
    <Stack gap="sm">
      {back && (
        <Anchor component={Link} to={back.to} size="xs" className="back">
          <Icon name="back" size={12} /> {back.label}
        </Anchor>
      )}
      <Group justify="space-between" align="flex-start" gap="xs">
        <div>
          <Group gap="xs">
            <Title order={1} size="h3">
              {title}
            </Title>
            {badges}
          </Group>
          {subtitle && (
            <Text size="sm" c="dimmed">
              {subtitle}
            </Text>
          )}
        </div>
        <Group gap="xs">{actions}</Group>
      </Group>
      <Tabs value={current?.id ?? null} onChange={(id) => setParams({ tab: id ?? undefined }, { push: true })} keepMounted={false}>
        <Tabs.List aria-label={t('kit:tabs')} className="tabs">
          {shown.map((tab) => (
            <Tabs.Tab key={tab.id} value={tab.id}>
              {tab.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map((tab) => (
          <Tabs.Panel key={tab.id} value={tab.id} pt="sm">
            {tab.draw()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

/** Names and values in columns. */
export function Facts({ facts }: { facts: [label: string, value: ReactNode][] }): ReactNode {
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
