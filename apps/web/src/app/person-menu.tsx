import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, languages, type Language } from '../i18n';
import { Icon } from '../kit/icons';
import { useMe } from './me';
import { useLeave } from './leave';

export function PersonMenu(): ReactNode {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const leave = useLeave();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('kit:person.menu', { name: me.name ?? me.email })}>
          <Icon name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.name}
          <br />
          {t(`kit:roles.${me.role}`)}
        </Menu.Label>
        <Menu.Item component={Link} to="/me" leftSection={<Icon name="lock" size={16} />}>
          {t('kit:person.own')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('kit:person.look')}</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item key={scheme} role="menuitemradio" aria-checked={colorScheme === scheme} onClick={() => setColorScheme(scheme)} rightSection={colorScheme === scheme ? <Icon name="check" size={14} /> : null} closeMenuOnClick={false}>
            {t(`kit:person.scheme.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('kit:person.language')}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((language) => (
          <Menu.Item key={language} role="menuitemradio" aria-checked={i18n.language === language} lang={language} onClick={() => void changeLanguage(language)} rightSection={i18n.language === language ? <Icon name="check" size={14} /> : null} closeMenuOnClick={false}>
            {languages[language]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{t('kit:person.sign_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
