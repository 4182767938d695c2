import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../api/problem';
import { useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Form } from '../../kit/form/form';
import { Notice } from '../../kit/notice';
import classes from './driver.module.css';
import { Card, Heading } from './parts';
import { useReporting } from './reporting';
import { textOf } from './units';

export default function PositionPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { on, fault, lastAt, waiting, start, stop, known } = useReporting();
  return (
    <>
      <Heading>{t('driver_app:position.title')}</Heading>
      {fault && (
        <Notice tone="bad" role="alert">
          {t(`driver_app:position.fault.${fault}`)}
        </Notice>
      )}
      <Card>
        <StatusBadge tone={on ? 'bad' : 'off'}>{t(on ? 'driver_app:position.on' : 'driver_app:position.off')}</StatusBadge>
        {on ? (
          <>
            <Text>{lastAt ? t('driver_app:position.last', { time: format.time(lastAt) }) : t('driver_app:position.none_yet')}</Text>
            {waiting > 0 && <Text className={classes.soft}>{t('driver_app:position.waiting', { count: waiting })}</Text>}
            <Button size="lg" color="red" onClick={stop}>
              {t('driver_app:position.stop_long')}
            </Button>
          </>
        ) : (
          <>
            <Text>{t('driver_app:position.what')}</Text>
            <Text className={classes.soft}>{t('driver_app:position.limits')}</Text>
            <Form
              fields={[
                { name: 'id', label: t('driver_app:position.device'), required: true, help: t('driver_app:position.device_help') },
                { name: 'password', label: t('driver_app:position.password'), kind: 'password', required: true, autoComplete: 'off' },
                { name: 'consent', label: t('driver_app:position.consent'), kind: 'flag' },
              ]}
              {...(known ? { initial: { id: known.id, password: known.password } } : {})}
              submitLabel={t('driver_app:position.start')}
              onSubmit={async (values) => start(consented(values['consent'] === true, { id: textOf(values['id']), password: textOf(values['password']) }, t('driver_app:position.consent_needed')))}
            />
          </>
        )}
      </Card>
    </>
  );
}

function consented<T>(said: boolean, device: T, reason: string): T {
  if (!said) throw new Problem(400, 'CONSENT_NEEDED', reason);
  return device;
}
