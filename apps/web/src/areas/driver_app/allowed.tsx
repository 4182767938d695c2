import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../kit/badge';
import { Ago } from '../../kit/time';
import classes from './driver.module.css';
import { useMyAccess } from './home';
import { BigLink, Card, Heading, Reading } from './parts';
import { useReasonText } from './words';

export default function AllowedPage(): ReactNode {
  const { t } = useTranslation();
  const access = useMyAccess();
  const reasonText = useReasonText();
  return (
    <>
      <Heading>{t('driver_app:allowed.title')}</Heading>
      <Reading of={access}>
        {({ allowed, reasons, checked_at }) => (
          <Card>
            <StatusBadge tone={allowed ? 'good' : 'bad'}>{t(allowed ? 'driver_app:allowed.yes' : 'driver_app:allowed.no')}</StatusBadge>
            <Text className={classes.soft}>
              {t('driver_app:allowed.checked')} <Ago at={checked_at} />
            </Text>
            {reasons.length > 0 && (
              <ul className={classes.rows}>
                {reasons.map((reason) => (
                  <li key={reason.rule + reason.code} className={classes.card}>
                    <strong>{reasonText(reason)}</strong>
                    {reason.rule === 'documents' || reason.rule === 'medical' ? <BigLink to="/driver/papers">{t('driver_app:papers.hand_in')}</BigLink> : <Text className={classes.soft}>{t('driver_app:allowed.ask_office')}</Text>}
                  </li>
                ))}
              </ul>
            )}
          </Card>
        )}
      </Reading>
    </>
  );
}
