import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { asProblem } from '../api/problem';

/** A short word that something was done; with `undo` where the server can take it back. */
export function done(message: string, undo?: () => Promise<unknown>): void {
  const id = notifications.show({
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        {undo && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => {
              notifications.hide(id);
              undo().then(
                () => done(i18next.t('kit:undone')),
                (error: unknown) => failed(error),
              );
            }}
          >
            {i18next.t('kit:undo')}
          </Button>
        )}
      </Group>
    ),
    color: 'teal',
    closeButtonProps: { 'aria-label': i18next.t('kit:close') },
    autoClose: undo ? 9000 : 4000,
  });
}

/** A refusal outside of a form. It stays until it is read. */
export function failed(error: unknown): void {
  const problem = asProblem(error);
  notifications.show({
    title: i18next.t(`problems:${problem.code}`, { defaultValue: problem.detail, ...problem.facts }),
    message: `${problem.code}${problem.requestId ? ` · ${problem.requestId}` : ''}`,
    color: 'red',
    closeButtonProps: { 'aria-label': i18next.t('kit:close') },
    autoClose: false,
  });
}
