import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openApi, session, take } from '../../api/client';
import { asProblem } from '../../api/problem';
import type { Field } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';

interface LoginFormProps {
  /** Who signs in again; unset, anybody. */
  email?: string;
  accountId?: string;
  onDone?: () => void;
}

export function LoginForm({ email, accountId, onDone }: LoginFormProps): ReactNode {
  const { t } = useTranslation();
  const [second, setSecond] = useState(false);
  const fields: Field[] = [
    { name: 'email', label: t('account:login.email'), kind: 'email', required: true, autoComplete: 'username', ...(email ? { readOnly: true } : {}) },
    { name: 'password', label: t('account:login.password'), kind: 'password', required: true, autoComplete: 'current-password' },
    ...(second ? [{ name: 'totp', label: t('account:login.totp'), kind: 'code' as const, required: true, help: t('account:login.totp_help') }] : []),
  ];
  const submit = async (values: Record<string, unknown>): Promise<void> => {
    const body = { email: String(values['email']), password: String(values['password']), ...(second ? { totp: String(values['totp']) } : {}), ...(accountId ? { account_id: accountId } : {}) };
    try {
      await session.signedIn(await take(openApi.POST('/api/v1/auth/login', { body })));
      onDone?.();
    } catch (error) {
      if (asProblem(error).code !== 'TOTP_REQUIRED') throw error;
      // Not a refusal: one more field.
      setSecond(true);
    }
  };
  return <Form fields={fields} initial={email ? { email } : {}} submitLabel={t('account:login.submit')} onSubmit={submit} />;
}
