import { TextInput, type TextInputProps } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { decimalOf, decimalText } from './decimal';
import type { Value } from './fields';

interface DecimalInputProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: Value | undefined;
  onChange: (value: Value) => void;
  places: number;
  unit: string | undefined;
}

/** A number with decimals, by point or comma, typed or pasted. What is no number stays to be seen, and counts as nothing. */
export function DecimalInput({ value, onChange, places, unit, ...input }: DecimalInputProps): ReactNode {
  const { t, i18n } = useTranslation();
  const shown = typeof value === 'number' ? decimalText(value, i18n.language) : '';
  const [typed, setTyped] = useState<string | undefined>();
  const text = typed !== undefined && (decimalOf(typed, places) === value || typeof value !== 'number') ? typed : shown;
  const unreadable = text.trim() !== '' && Number.isNaN(decimalOf(text, places));
  return (
    <TextInput
      {...input}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        const number = decimalOf(next, places);
        setTyped(next);
        onChange(Number.isNaN(number) ? null : number);
      }}
      {...(unreadable ? { error: t('kit:form.no_number') } : {})}
      {...(unit ? { rightSection: <span aria-hidden="true">{unit}</span>, rightSectionWidth: Math.max(36, unit.length * 9 + 14), rightSectionPointerEvents: 'none' as const } : {})}
    />
  );
}
