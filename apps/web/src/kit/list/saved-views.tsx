import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons';
import { useKept } from '../kept';

type View = Record<string, string>;

/** Filters under a name, kept by this browser. A view can also be sent: it is the address. */
export function SavedViews({ id, current, onApply }: { id: string; current: View; onApply: (view: View) => void }): ReactNode {
  const { t } = useTranslation();
  const [views, setViews] = useKept<Record<string, View>>(`views.${id}`, {});
  const [name, setName] = useState('');
  const save = (): void => {
    if (!name.trim()) return;
    setViews({ ...views, [name.trim()]: current });
    setName('');
  };
  return (
    <Menu position="bottom-end" closeOnItemClick withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('kit:list.views')} title={t('kit:list.views')}>
          <Icon name="star" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('kit:list.views')}</Menu.Label>
        {Object.entries(views).map(([label, view]) => (
          <Group key={label} gap={0} wrap="nowrap">
            <Menu.Item onClick={() => onApply(view)}>{label}</Menu.Item>
            <ActionIcon variant="subtle" color="gray" aria-label={t('kit:list.forget_view', { name: label })} onClick={() => setViews(Object.fromEntries(Object.entries(views).filter(([other]) => other !== label)))}>
              <Icon name="close" size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Group gap={4} p={6} wrap="nowrap">
          <TextInput size="xs" aria-label={t('kit:list.view_name')} placeholder={t('kit:list.view_name')} value={name} onChange={(event) => setName(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && save()} />
          <Button size="xs" onClick={save} disabled={!name.trim()}>
            {t('kit:list.keep_view')}
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}
