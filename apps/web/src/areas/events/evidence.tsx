import { Anchor, Button, FileButton, Group, Image, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { useWho } from '../../kit/colleagues';
import { ask, openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { fileForm } from '../../kit/papers';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { done, failed } from '../../kit/toast';
import { dayOf, localOf, momentOf } from '../../kit/zoned';
import { useEventsChanged, type EventHistory, type EventRow } from './words';

type Piece = EventHistory['evidence'][number];

/** Pictures and papers, and the span of samples that shows it. */
export function Evidence({ event, pieces }: { event: EventRow; pieces: readonly Piece[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <May permission="event_log.event.write">
        <Group gap="xs">
          <AddFile event={event} />
          <AddSpan event={event} />
        </Group>
      </May>
      {pieces.length === 0 ? <Nothing title={t('events:evidence.none')} hint={t('events:evidence.none_hint')} /> : <Pieces event={event} pieces={pieces} />}
    </Stack>
  );
}

function AddFile({ event }: { event: EventRow }): ReactNode {
  const { t } = useTranslation();
  const changed = useEventsChanged();
  const [busy, setBusy] = useState(false);
  const upload = (file: File | null): void => {
    if (!file) return;
    setBusy(true);
    api
      .POST('/api/v1/event_log/events/{event_id}/evidence', { params: { path: { event_id: event.id } }, body: fileForm(file) as never })
      .then(() => done(t('vehicles:papers.file_kept')))
      .then(changed)
      .catch(failed)
      .finally(() => setBusy(false));
  };
  return (
    <FileButton onChange={upload} accept="application/pdf,image/png,image/jpeg">
      {(props) => (
        <Button {...props} size="xs" variant="default" loading={busy} leftSection={<Icon name="upload" size={14} />}>
          {t('events:evidence.add_file')}
        </Button>
      )}
    </FileButton>
  );
}

const quarterMs = 900_000;

function AddSpan({ event }: { event: EventRow }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useEventsChanged();
  const at = new Date(event.at).getTime();
  const add = (): void =>
    ask({
      title: t('events:evidence.add_span'),
      body: t('events:evidence.span_body'),
      fields: [
        { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle', required: true },
        { name: 'from', label: t('events:from'), kind: 'datetime', required: true },
        { name: 'to', label: t('events:to'), kind: 'datetime', required: true },
      ],
      initial: { vehicle_id: event.vehicle_id, from: localOf(at - quarterMs, zone), to: localOf((event.to_at ? new Date(event.to_at).getTime() : at) + quarterMs, zone) },
      submitLabel: t('events:evidence.add_span'),
      act: async ({ vehicle_id, from, to }, key) => {
        const body = { vehicle_id: String(vehicle_id), from: momentOf(String(from), zone), to: momentOf(String(to), zone) };
        await api.POST('/api/v1/event_log/events/{event_id}/spans', { params: { path: { event_id: event.id } }, body, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <Button size="xs" variant="default" onClick={add}>
      {t('events:evidence.add_span')}
    </Button>
  );
}

function Pieces({ event, pieces }: { event: EventRow; pieces: readonly Piece[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const who = useWho();
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ tabIndex: 0 }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('kit:what')}</Table.Th>
            <Table.Th>{t('kit:who')}</Table.Th>
            <Table.Th>{t('kit:when')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pieces.map((piece) => (
            <Table.Tr key={piece.id}>
              <Table.Td>{piece.kind === 'file' ? <FilePiece event={event} piece={piece} /> : <SpanPiece event={event} piece={piece} />}</Table.Td>
              <Table.Td>{who(piece.by_id)}</Table.Td>
              <Table.Td>{format.dateTime(piece.at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function FilePiece({ event, piece }: { event: EventRow; piece: Piece }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const path = `/api/v1/event_log/events/${event.id}/evidence/${piece.id}`;
  if (!piece.content_type) return t('events:evidence.erased');
  const picture = piece.content_type.startsWith('image/');
  return (
    <Group gap="xs">
      <Text size="sm">{t(picture ? 'events:evidence.picture' : 'events:evidence.paper')}</Text>
      <Text size="xs" c="dimmed">
        {format.bytes(piece.size_bytes)}
      </Text>
      {picture && (
        <Button size="compact-xs" variant="light" onClick={() => openDialog(t('events:evidence.picture'), () => <Picture eventId={event.id} pieceId={piece.id} />, 'xl')}>
          {t('events:evidence.look')}
        </Button>
      )}
      <Button size="compact-xs" variant="default" onClick={() => void download(path).catch(failed)}>
        {t('events:evidence.download')}
      </Button>
    </Group>
  );
}

function SpanPiece({ event, piece }: { event: EventRow; piece: Piece }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const text = `${t('events:evidence.span')}: ${format.dateTime(piece.from)} – ${format.dateTime(piece.to)}`;
  // The piece names its vehicle by number; only the event's own can be led to.
  if (!event.vehicle_id || piece.vehicle_no !== event.vehicle_no || !piece.from) return text;
  return (
    <Anchor component={Link} to={`/vehicles/${event.vehicle_id}?tab=track&day=${dayOf(piece.from, format.habits.timeZone)}`} size="sm">
      {text}
    </Anchor>
  );
}

/** A picture behind the sign-in: fetched with the token, shown from memory. */
function Picture({ eventId, pieceId }: { eventId: string; pieceId: string }): ReactNode {
  const { t } = useTranslation();
  const [url, setUrl] = useState<string | undefined>();
  const { data, error } = useQuery({
    queryKey: ['event', eventId, 'picture', pieceId],
    queryFn: () => take(api.GET('/api/v1/event_log/events/{event_id}/evidence/{evidence_id}', { params: { path: { event_id: eventId, evidence_id: pieceId } }, parseAs: 'blob' })) as Promise<Blob>,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (error) return <Trouble error={error} />;
  return url ? <Image src={url} alt={t('events:evidence.picture')} mah="75vh" fit="contain" /> : <Waiting />;
}
