import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { EditForm } from '../../kit/form/edit-form';
import type { Field } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { done } from '../../kit/toast';
import { feedPath, type Feed } from './feed-words';

/** Where the records lie. Keys are written and never shown; without a store of its own the one of the settings is read. */
export function FeedSettings({ feed, close }: { feed: Feed | undefined; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const keyHelp = feed?.has_keys ? { help: t('fuel:feed.keys_kept') } : {};
  const fields: Field[] = [
    { name: 'enabled', label: t('fuel:feed.hourly'), kind: 'flag', wide: true },
    { name: 'endpoint', label: t('fuel:feed.endpoint'), placeholder: 'https://store.example:9000', help: t('fuel:feed.endpoint_help') },
    { name: 'bucket', label: t('fuel:feed.bucket') },
    { name: 'region', label: t('fuel:feed.region') },
    { name: 'prefix', label: t('fuel:feed.prefix') },
    { name: 'access_key_id', label: t('fuel:feed.access_key_id'), kind: 'password', ...keyHelp },
    { name: 'secret_access_key', label: t('fuel:feed.secret_access_key'), kind: 'password', ...keyHelp },
    { name: 'path_style', label: t('fuel:feed.path_style'), kind: 'flag', wide: true },
  ];
  const finish = (): void => {
    close();
    void queries.invalidateQueries({ queryKey: [feedPath] });
  };
  if (!feed) {
    return (
      <Form
        columns={2}
        fields={fields}
        initial={{ enabled: true, path_style: true, prefix: 'fuel_records/' }}
        submitLabel={t('kit:form.save')}
        onCancel={close}
        onSubmit={async (values, key) => {
          await api.POST(feedPath, { body: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never, headers: { 'Idempotency-Key': key } });
          done(t('kit:saved'));
          finish();
        }}
      />
    );
  }
  const path = { feed_id: feed.id };
  return (
    <EditForm
      fields={fields}
      subject={feed}
      reload={() => take(api.GET('/api/v1/fuel_log/feeds/{feed_id}', { params: { path } }))}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/fuel_log/feeds/{feed_id}', { params: { path, header: ifMatch(version) }, body: { ...changes, ...(changes['prefix'] === null ? { prefix: '' } : {}) } as never });
        done(t('kit:saved'));
      }}
      onDone={finish}
      onCancel={close}
    />
  );
}
