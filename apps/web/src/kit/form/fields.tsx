import { Autocomplete, Checkbox, MultiSelect, NumberInput, PasswordInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { DecimalInput } from './decimal-input';

export type FieldKind = 'text' | 'email' | 'password' | 'textarea' | 'number' | 'select' | 'multi' | 'suggest' | 'date' | 'datetime' | 'tags' | 'flag' | 'code';

export interface Field {
  name: string;
  label: string;
  kind?: FieldKind;
  required?: boolean;
  help?: string;
  options?: { value: string; label: string }[];
  min?: number;
  max?: number;
  /** Decimal places a number may have. */
  places?: number;
  unit?: string;
  placeholder?: string;
  autoComplete?: string;
  /** Takes the whole width of a form in two columns. */
  wide?: boolean;
  readOnly?: boolean;
}

export type Value = string | number | boolean | string[] | null;
export type Values = Record<string, Value>;

interface FieldInputProps {
  field: Field;
  value: Value | undefined;
  fault: string | undefined;
  onChange: (value: Value) => void;
  focus?: boolean;
}

/** One input of a form. An empty text is null: the server tells "nothing" from "". */
export function FieldInput({ field, value, fault, onChange, focus }: FieldInputProps): ReactNode {
  const { kind = 'text', options = [] } = field;
  const common = {
    name: field.name,
    label: field.label,
    size: 'sm' as const,
    ...(field.required ? { withAsterisk: true, 'aria-required': true } : {}),
    ...(field.help ? { description: field.help } : {}),
    ...(fault ? { error: fault } : {}),
    ...(field.placeholder ? { placeholder: field.placeholder } : {}),
    ...(focus ? { 'data-autofocus': true } : {}),
    ...(field.readOnly ? { readOnly: true } : {}),
  };
  const text = typeof value === 'string' ? value : '';
  const list = Array.isArray(value) ? value : [];
  const typed = (event: { currentTarget: { value: string } }): void => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value);
  switch (kind) {
    case 'number':
      if (field.places) return <DecimalInput {...common} value={value} onChange={onChange} places={field.places} unit={field.unit} />;
      return <NumberInput {...common} value={typeof value === 'number' ? value : ''} onChange={(next) => onChange(next === '' ? null : Number(next))} decimalScale={field.places ?? 0} min={field.min} max={field.max} suffix={field.unit ? ` ${field.unit}` : undefined} hideControls />;
    case 'select':
      return <Select {...common} data={options} value={text || null} onChange={onChange} clearable={!field.required} searchable={options.length > 8} allowDeselect={!field.required} />;
    case 'multi':
      return <MultiSelect {...common} data={options} value={list} onChange={onChange} searchable clearable hidePickedOptions />;
    case 'suggest':
      return <Autocomplete {...common} data={options.map((option) => option.value)} value={text} onChange={(next) => onChange(next === '' ? null : next)} />;
    case 'tags':
      return <TagsInput {...common} data={options.map((option) => option.value)} value={list} onChange={onChange} clearable />;
    case 'flag':
      return <Checkbox name={field.name} label={field.label} description={field.help} error={fault} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case 'textarea':
      return <Textarea {...common} value={text} onChange={typed} autosize minRows={2} maxRows={8} />;
    case 'password':
      return <PasswordInput {...common} value={text} onChange={typed} autoComplete={field.autoComplete ?? 'new-password'} visibilityToggleButtonProps={{ 'aria-label': i18next.t('kit:form.show') }} />;
    case 'code':
      return <TextInput {...common} value={text} onChange={typed} inputMode="numeric" autoComplete="one-time-code" maxLength={6} />;
    default:
      return <TextInput {...common} type={kind === 'datetime' ? 'datetime-local' : kind} value={text} onChange={typed} autoComplete={field.autoComplete ?? 'off'} />;
  }
}
