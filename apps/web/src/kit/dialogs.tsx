import { Modal, Text } from '@mantine/core';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Values } from './form/fields';
import { failed } from './toast';

interface Open {
  id: number;
  draw: (close: () => void) => ReactNode;
  title: string;
  size: string;
}

let open: readonly Open[] = [];
let serial = 0;
const listeners = new Set<() => void>();
const change = (next: readonly Open[]): void => {
  open = next;
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Opens a dialog from anywhere; the page below stays as it is. */
export function openDialog(title: string, draw: (close: () => void) => ReactNode, size = 'md'): void {
  serial += 1;
  change([...open, { id: serial, draw, title, size }]);
}

const closing = (id: number) => (): void => change(open.filter((dialog) => dialog.id !== id));

export function Dialogs(): ReactNode {
  const { t } = useTranslation();
  const dialogs = useSyncExternalStore(subscribe, () => open);
  return dialogs.map(({ id, draw, title, size }) => (
    <Modal key={id} opened onClose={closing(id)} title={title} size={size} closeButtonProps={{ 'aria-label': t('kit:close') }}>
      {draw(closing(id))}
    </Modal>
  ));
}

interface Ask {
  title: string;
  body?: string;
  fields?: readonly Field[];
  initial?: Values;
  submitLabel: string;
  danger?: boolean;
  columns?: 1 | 2;
  size?: string;
  act: (values: Values, key: string) => Promise<unknown>;
}

/** A form or a question in a dialog. It closes when the act is done, and shows why when it is refused. Whoever asks nothing loads no fields. */
export function ask(question: Ask): void {
  void import('./form/form').then(({ Form }) => {
    const draw = (close: () => void): ReactNode => (
      <Form
        fields={question.fields ?? []}
        {...(question.initial ? { initial: question.initial } : {})}
        {...(question.danger ? { danger: true } : {})}
        columns={question.columns ?? 1}
        submitLabel={question.submitLabel}
        onCancel={close}
        onSubmit={async (values, key) => {
          await question.act(values, key);
          close();
        }}
      >
        {question.body && <Text size="sm">{question.body}</Text>}
      </Form>
    );
    openDialog(question.title, draw, question.size);
  }, failed);
}
