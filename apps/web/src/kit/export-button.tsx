import { Button, Menu } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../api/client';
import { useFormat } from '../app/me';
import { Icon } from './icons';
import { momentsOf } from './list/moments';
import type { Filter } from './list/types';
import { useParamsInUrl } from './search-params';
import { failed } from './toast';

/** The list as it is filtered now, as a file. */
export function ExportButton({ path, names, filters = [] }: { path: string; names: readonly string[]; filters?: readonly Filter[] }): ReactNode {
  const { t } = useTranslation();
  const [params] = useParamsInUrl();
  const zone = useFormat().habits.timeZone;
  const [busy, setBusy] = useState(false);
  const save = (format: string): void => {
    const query = new URLSearchParams({ format });
    const asked = momentsOf(filters, params, zone);
    for (const name of [...names, ...filters.map((filter) => filter.name)]) if (asked[name]) query.set(name, asked[name]);
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
