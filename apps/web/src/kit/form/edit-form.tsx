import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { changesOf, differences } from './changes';
import type { Field, Value, Values } from './fields';
import { Form } from './form';
import { Notice } from '../notice';

interface Versioned {
  version: number;
}

interface EditFormProps<T extends Versioned> {
  fields: readonly Field[];
  subject: T;
  /** Reads it again after somebody else changed it. */
  reload: () => Promise<T>;
  /** Only what was changed, against the version it was read in. */
  save: (changes: Values, version: number) => Promise<unknown>;
  onDone: () => void;
  onCancel: () => void;
  columns?: 1 | 2;
  /** What is edited beside the form, as a shape on a map; it is compared and saved with the rest. */
  beside?: { field: Field; value: Value };
}

/** Edits what others may edit too. The second to save sees what the first wrote and decides. */
export function EditForm<T extends Versioned>(props: EditFormProps<T>): ReactNode {
  const { reload, save, onDone, beside } = props;
  const fields = beside ? [...props.fields, beside.field] : props.fields;
  const { t } = useTranslation();
  const [base, setBase] = useState(props.subject);
  const [conflict, setConflict] = useState<{ theirs: T; mine: Values } | undefined>();
  const names = fields.map((field) => field.name);
  const submit = async (values: Values): Promise<void> => {
    const changes = changesOf(base, beside ? { ...values, [beside.field.name]: beside.value } : values, names);
    if (Object.keys(changes).length === 0) return onDone();
    try {
      await save(changes, base.version);
      onDone();
    } catch (error) {
      if (asProblem(error).code !== 'VERSION_CONFLICT') throw error;
      setConflict({ theirs: await reload(), mine: changes });
    }
  };
  if (!conflict) return <Form fields={props.fields} initial={pick(base, names)} submitLabel={t('kit:form.save')} columns={props.columns ?? 2} onSubmit={submit} onCancel={props.onCancel} />;
  return (
    <Conflict
      fields={fields}
      mine={conflict.mine}
      theirs={conflict.theirs}
      onTheirs={onDone}
      onMine={async () => {
        await save(conflict.mine, conflict.theirs.version);
        onDone();
      }}
      onBack={() => {
        setBase(conflict.theirs);
        setConflict(undefined);
      }}
    />
  );
}

const pick = (of: object, names: readonly string[]): Values => Object.fromEntries(names.map((name) => [name, ((of as Record<string, unknown>)[name] ?? null) as Value]));

interface ConflictProps {
  fields: readonly Field[];
  mine: Values;
  theirs: object;
  onTheirs: () => void;
  onMine: () => Promise<void>;
  onBack: () => void;
}

function Conflict({ fields, mine, theirs, onTheirs, onMine, onBack }: ConflictProps): ReactNode {
  const { t } = useTranslation();
  const label = (name: string): string => fields.find((field) => field.name === name)?.label ?? name;
  const shown = (name: string, value: unknown): string => fields.find((field) => field.name === name)?.options?.find((option) => option.value === value)?.label ?? (value === null || value === '' ? '–' : String(value));
  const rows = differences(mine, theirs);
  return (
    <Stack gap="sm">
      <Notice tone="warn" title={t('kit:conflict.title')} role="alert">
        <Text size="sm">{t('kit:conflict.body')}</Text>
      </Notice>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('kit:conflict.field')}</Table.Th>
            <Table.Th>{t('kit:conflict.mine')}</Table.Th>
            <Table.Th>{t('kit:conflict.theirs')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row">{label(row.name)}</Table.Th>
              <Table.Td>{shown(row.name, row.mine)}</Table.Td>
              <Table.Td>{shown(row.name, row.theirs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Form
        fields={[]}
        submitLabel={t('kit:conflict.keep_mine')}
        onSubmit={onMine}
      >
        <Group gap="xs">
          <Button variant="default" size="sm" onClick={onTheirs}>
            {t('kit:conflict.take_theirs')}
          </Button>
          <Button variant="subtle" size="sm" onClick={onBack}>
            {t('kit:conflict.edit_again')}
          </Button>
        </Group>
      </Form>
    </Stack>
  );
}
