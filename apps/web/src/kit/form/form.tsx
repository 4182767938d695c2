import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '../../api/problem';
import { randomId } from '../../api/tab-lock';
import { ProblemCode, useProblemText } from '../states';
import { FieldInput, type Field, type Value, type Values } from './fields';
import { Notice } from '../notice';

export interface FormProps {
  fields: readonly Field[];
  initial?: Values;
  submitLabel: string;
  danger?: boolean;
  columns?: 1 | 2;
  /** `key` is the same for a repeat of the same values, so that a lost answer does not act twice. */
  onSubmit: (values: Values, key: string) => Promise<unknown>;
  onCancel?: () => void;
  onValues?: (values: Values) => void;
  children?: ReactNode;
}

/** A form whose refusals stand at the fields they are about; what belongs to no field stands above the button. */
export function Form(props: FormProps): ReactNode {
  const { fields, submitLabel, columns = 1, onSubmit, onCancel } = props;
  const { t } = useTranslation();
  const [values, setValues] = useState<Values>(props.initial ?? {});
  const [problem, setProblem] = useState<Problem | undefined>();
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const keyed = useRef({ of: '', key: '' });
  const box = useRef<HTMLFormElement>(null);

  const change = (name: string, value: Value): void => {
    const next = { ...values, [name]: value };
    setValues(next);
    setMissing(missing.filter((other) => other !== name));
    props.onValues?.(next);
  };
  const keyOf = (body: string): string => {
    if (keyed.current.of !== body) keyed.current = { of: body, key: randomId() };
    return keyed.current.key;
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const empty = fields.filter((field) => field.required && isEmpty(values[field.name])).map((field) => field.name);
    setMissing(empty);
    if (empty[0]) return focusOn(box.current, empty[0]);
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit(values, keyOf(JSON.stringify(values)));
    } catch (error) {
      const refused = asProblem(error);
      setProblem(refused);
      focusOn(box.current, refused.errors[0]?.field);
    } finally {
      setBusy(false);
    }
  };
  const faultOf = (name: string): string | undefined => (missing.includes(name) ? t('kit:form.required') : problem?.errors.find((error) => error.field === name || error.field.startsWith(`${name}.`))?.detail);

  return (
    <form ref={box} onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        {props.children}
        <SimpleGrid cols={{ base: 1, sm: columns }} spacing="sm" verticalSpacing="sm">
          {fields.map((field, index) => (
            <div key={field.name} style={field.wide ? { gridColumn: '1 / -1' } : undefined}>
              <FieldInput field={field} value={values[field.name]} fault={faultOf(field.name)} onChange={(value) => change(field.name, value)} focus={index === 0} />
            </div>
          ))}
        </SimpleGrid>
        {problem && <Refused problem={problem} fields={fields} />}
        <Group justify="flex-end" gap="xs" mt={4}>
          {onCancel && (
            <Button variant="default" size="sm" onClick={onCancel}>
              {t('kit:form.cancel')}
            </Button>
          )}
          <Button type="submit" size="sm" loading={busy} color={props.danger ? 'red' : undefined}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const isEmpty = (value: Value | undefined): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function focusOn(form: HTMLFormElement | null, name: string | undefined): void {
  if (name) form?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus();
}

/** What was refused, unless every part of it already stands at a field. */
function Refused({ problem, fields }: { problem: Problem; fields: readonly Field[] }): ReactNode {
  const text = useProblemText();
  const elsewhere = problem.errors.filter((error) => !fields.some((field) => error.field === field.name || error.field.startsWith(`${field.name}.`)));
  if (problem.errors.length > 0 && elsewhere.length === 0) return null;
  return (
    <Notice tone="bad" role="alert">
      <Text size="sm">{text(problem)}</Text>
      {elsewhere.map((error) => (
        <Text key={error.field + error.code} size="sm">
          {error.field}: {error.detail}
        </Text>
      ))}
      <ProblemCode problem={problem} />
    </Notice>
  );
}
