import { Button, FileButton, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { Trouble, Waiting } from '../../kit/states';
import { failed } from '../../kit/toast';
import { receiptPath, type Receipt } from './words';
import classes from './fuel.module.css';

/** A picture behind our token: an img element alone could not ask for it. */
function usePicture(id: string, small: boolean): { url: string | undefined; error: Error | null } {
  const path = { receipt_id: id };
  const { data, error } = useQuery({
    queryKey: ['receipt-picture', id, small],
    queryFn: () => (small ? take(api.GET('/api/v1/fuel_log/receipts/{receipt_id}/thumbnail', { params: { path }, parseAs: 'blob' })) : take(api.GET('/api/v1/fuel_log/receipts/{receipt_id}/picture', { params: { path }, parseAs: 'blob' }))) as Promise<Blob>,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const [url, setUrl] = useState<string | undefined>();
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return { url, error };
}

export function ReceiptPicture({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const { url, error } = usePicture(id, false);
  const [large, setLarge] = useState(false);
  if (error) return <Trouble error={error} />;
  if (!url) return <Waiting />;
  return (
    <button type="button" className={classes.picture} data-large={large || undefined} onClick={() => setLarge(!large)} aria-label={t('fuel:receipts.zoom')} aria-pressed={large}>
      <img src={url} alt={t('fuel:receipts.picture')} />
    </button>
  );
}

export function Thumbnail({ receipt }: { receipt: Pick<Receipt, 'id' | 'has_thumbnail'> }): ReactNode {
  const { t } = useTranslation();
  const { url } = usePicture(receipt.id, receipt.has_thumbnail);
  return (
    <button type="button" className={classes.thumbnail} aria-label={t('fuel:receipts.open')} onClick={() => openDialog(t('fuel:receipt'), () => <ReceiptPicture id={receipt.id} />, 'lg')}>
      {url && <img src={url} alt="" />}
    </button>
  );
}

/** Photograph now, type later. Several at once; the same picture twice is one receipt. */
export function UploadReceipts({ vehicleId, label, quiet, onDone }: { vehicleId?: string; label: string; quiet?: boolean; onDone: (receipts: Receipt[]) => Promise<unknown> }): ReactNode {
  const { t } = useTranslation();
  const [left, setLeft] = useState(0);
  const send = async (files: File[]): Promise<void> => {
    const kept: Receipt[] = [];
    setLeft(files.length);
    try {
      for (const file of files) {
        const form = new FormData();
        form.set('file', file);
        if (vehicleId) form.set('vehicle_id', vehicleId);
        kept.push(await take(api.POST(receiptPath, { body: form as never })));
        setLeft((n) => n - 1);
      }
    } catch (error) {
      failed(error);
    }
    setLeft(0);
    if (kept.length > 0) await onDone(kept).catch(failed);
  };
  return (
    <Group gap={6}>
      <FileButton multiple accept="image/jpeg,image/png" onChange={(files) => void send(files)}>
        {(props) => (
          <Button {...props} size="xs" variant={quiet ? 'default' : 'filled'} loading={left > 0} leftSection={<Icon name="upload" size={14} />}>
            {label}
          </Button>
        )}
      </FileButton>
      {left > 1 && (
        <Text size="xs" c="dimmed" role="status">
          {t('fuel:receipts.sending', { count: left })}
        </Text>
      )}
    </Group>
  );
}
