import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { Form } from '../../kit/form/form';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { done, failed } from '../../kit/toast';

const path = '/api/v1/notify/quiet_hours';
const read = () => take(api.GET(path));
const usual = { from: '22:00', to: '06:00' };

/** Hours in which one gets no e-mail oneself, whatever the rules of the account say. */
export function QuietHours(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [given, setGiven] = useState(0);
  const { data, error, refetch } = useQuery({ queryKey: [path], queryFn: read });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  const keep = async (quiet: Schemas['OwnQuietField'] | null): Promise<void> => {
    queries.setQueryData([path], await take(api.PUT(path, { body: { quiet } })));
    setGiven((n) => n + 1);
    done(t(quiet ? 'notify:quiet.kept' : 'notify:quiet.gone'));
  };
  return (
    <Stack gap="sm" maw={520}>
      <Text size="sm">{t('notify:quiet.body', { zone: data.time_zone })}</Text>
      {data.email_state === 'not_configured' && <Notice tone="warn">{t('notify:quiet.no_mail')}</Notice>}
      <Text size="sm" fw={600} role="status">
        {data.quiet ? t('notify:quiet.now', data.quiet) : t('notify:quiet.none')}
      </Text>
      <Form
        key={given}
        columns={2}
        fields={[
          { name: 'from', label: t('notify:rule.quiet_from'), kind: 'time', required: true },
          { name: 'to', label: t('notify:rule.quiet_to'), kind: 'time', required: true },
        ]}
        initial={{ ...(data.quiet ?? usual) }}
        submitLabel={t('kit:form.save')}
        onSubmit={({ from, to }) => keep({ from: String(from ?? ''), to: String(to ?? '') })}
      />
      {data.quiet && (
        <Group>
          <Button size="xs" variant="default" onClick={() => void keep(null).catch(failed)}>
            {t('notify:quiet.take_back')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
