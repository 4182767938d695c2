import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import type { Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { done } from '../../kit/toast';
import { bodyOf, useRuleFields, valuesOf, type Rule } from './rule-fields';
import { NoticeSeverity, usePeople } from './words';

const list = '/api/v1/notify/rules';
const one = '/api/v1/notify/rules/{rule_id}';

export default function RulesPage(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const people = usePeople();
  const whom = (rule: Rule): string => [...rule.roles.map((role) => t(`kit:roles.${role}`)), ...rule.user_ids.map((id) => people.find((person) => person.value === id)?.label ?? id.slice(0, 8)), ...rule.addresses].join(', ');
  return (
    <ListPage
      id="notification-rules"
      title={t('notify:rules.nav')}
      path={list}
      actions={
        <May permission="notify.rule.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('notify:rules.add'), (close) => <NewRule close={close} />, 'lg')}>
            {t('notify:rules.add')}
          </Button>
        </May>
      }
      columns={[
        { id: 'name', header: t('notify:rule.name'), cell: (r) => r.name, phone: 'title' },
        { id: 'state', header: t('vehicles:field.status'), cell: (r) => <StatusBadge tone={r.enabled ? 'good' : 'off'}>{t(r.enabled ? 'notify:rules.on' : 'notify:rules.off')}</StatusBadge> },
        { id: 'events', header: t('notify:rule.event_types'), cell: (r) => r.event_types.map((type) => (type === '*' ? t('notify:all_events') : type)).join(', ') },
        { id: 'filters', header: t('notify:rule.filters'), cell: (r) => r.filters.map((f) => `${f.field} ${t(`notify:rule.comparison.${f.is}`)} ${f.values.join(' / ')}`).join('; ') || '–' },
        { id: 'severity', header: t('notify:rule.min_severity'), cell: (r) => <NoticeSeverity severity={r.min_severity} /> },
        { id: 'whom', header: t('notify:rules.whom'), cell: (r) => whom(r) || '–' },
        { id: 'channels', header: t('notify:rule.channels'), cell: (r) => <Ways rule={r} /> },
        { id: 'quiet', header: t('notify:rules.quiet'), cell: (r) => (r.quiet ? `${r.quiet.from}–${r.quiet.to}` : '–') },
        { id: 'act', header: t('kit:list.actions'), cell: (r) => may('notify.rule.write') && <RuleActions rule={r} /> },
      ]}
    />
  );
}

function Ways({ rule }: { rule: Rule }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={4}>
      {rule.channels.map((channel) => t(`notify:channel.${channel}`)).join(', ')}
      {rule.email_state === 'not_configured' && <StatusBadge tone="warn">{t('notify:rules.no_mail')}</StatusBadge>}
    </Group>
  );
}

const given: Values = { min_severity: 'info', channels: ['in_app'], urgent: 'breaks_through', coalesce_min: 30, enabled: true, event_types: [], filters: [], roles: [], user_ids: [], addresses: [] };

function NewRule({ close }: { close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <Form
      columns={2}
      fields={useRuleFields()}
      initial={given}
      submitLabel={t('notify:rules.add')}
      onCancel={close}
      onSubmit={async (values, key) => {
        await api.POST(list, { body: bodyOf(values), headers: { 'Idempotency-Key': key } });
        done(t('notify:rules.added'));
        close();
        await queries.invalidateQueries({ queryKey: [list] });
      }}
    />
  );
}

function EditRule({ rule, close }: { rule: Rule; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const path = { rule_id: rule.id };
  const subject = valuesOf(rule);
  return (
    <EditForm
      fields={useRuleFields()}
      subject={subject}
      reload={async () => valuesOf(await take(api.GET(one, { params: { path } })))}
      save={async (changes, version) => {
        await api.PATCH(one, { params: { path, header: ifMatch(version) }, body: bodyOf({ ...subject, ...changes }, Object.keys(changes)) });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void queries.invalidateQueries({ queryKey: [list] });
      }}
      onCancel={close}
    />
  );
}

function RuleActions({ rule }: { rule: Rule }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const changed = async (): Promise<void> => {
    done(t('kit:saved'));
    await queries.invalidateQueries({ queryKey: [list] });
  };
  const path = { rule_id: rule.id };
  const turn = (): void =>
    ask({
      title: t(rule.enabled ? 'notify:rules.turn_off' : 'notify:rules.turn_on'),
      body: rule.name,
      submitLabel: t(rule.enabled ? 'notify:rules.turn_off' : 'notify:rules.turn_on'),
      act: async () => {
        await api.PATCH(one, { params: { path, header: ifMatch(rule.version) }, body: { enabled: !rule.enabled } });
        await changed();
      },
    });
  const remove = (): void =>
    ask({
      title: t('notify:rules.remove'),
      body: rule.name,
      submitLabel: t('notify:rules.remove'),
      danger: true,
      act: async () => {
        await api.DELETE(one, { params: { path } });
        await changed();
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="default" onClick={() => openDialog(t('notify:rules.edit'), (close) => <EditRule rule={rule} close={close} />, 'lg')}>
        {t('kit:edit')}
      </Button>
      <Button size="compact-xs" variant="default" onClick={turn}>
        {t(rule.enabled ? 'notify:rules.turn_off' : 'notify:rules.turn_on')}
      </Button>
      {!rule.is_default && (
        <Button size="compact-xs" variant="subtle" color="red" onClick={remove}>
          {t('notify:rules.remove')}
        </Button>
      )}
    </Group>
  );
}
