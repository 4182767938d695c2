import { ActionIcon, Checkbox, Popover, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons';
import type { Column } from './types';

export function ColumnChoice<Row>({ columns, chosen, onChange }: { columns: Column<Row>[]; chosen: string[]; onChange: (ids: string[]) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('kit:list.columns')} title={t('kit:list.columns')}>
          <Icon name="columns" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group value={chosen} onChange={onChange} label={t('kit:list.columns')}>
          <Stack gap={6} mt={6}>
            {columns.slice(1).map((column) => (
              <Checkbox key={column.id} value={column.id} label={column.header} size="xs" />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
