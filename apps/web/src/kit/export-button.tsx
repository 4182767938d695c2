import { Button, Menu } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../api/client';
import { Icon } from './icons';
import { useParamsInUrl } from './search-params';
import { failed } from './toast';

/** The list as it is filtered now, as a file; `fixed` is what the list always asks for. */
export function ExportButton({ path, names, fixed = {} }: { path: string; names: readonly string[]; fixed?: Readonly<Record<string, string>> }): ReactNode {
  const { t } = useTranslation();
  const [params] = useParamsInUrl();
  const [busy, setBusy] = useState(false);
  const save = (format: string): void => {
    const query = new URLSearchParams({ ...fixed, format });
    for (const name of names) if (params[name]) query.set(name, params[name]);
    setBusy(true);
    void download(`${path}?${query.toString()}`)
      .catch(failed)
      .finally(() => setBusy(false));
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" loading={busy} leftSection={<Icon name="download" size={14} />}>
          {t('kit:export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => save('xlsx')}>Excel (XLSX)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
