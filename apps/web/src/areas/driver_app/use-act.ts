import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParamsInUrl } from '../../kit/search-params';
import { done } from '../../kit/toast';
import { useOutbox } from './outbox';
import { freshOf } from './photos';
import type { NewAction } from './queue/queue';
import type { ActionOf, Kind, PhotoRef } from './queue/types';

interface Act<K extends Kind> {
  /** What is being put right; undefined for something new, null while it is looked up. */
  edited: ActionOf<K> | undefined | null;
  photos: PhotoRef[];
  setPhotos: (photos: PhotoRef[]) => void;
  /** Puts it into the queue and goes on to `then`. */
  send: (made: Omit<NewAction<K>, 'kind' | 'photos'>, then?: string) => Promise<void>;
}

/** One form's way into the queue: new, or with `?edit=` what was refused. */
export function useAct<K extends Kind>(kind: K): Act<K> {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { queue, sync } = useOutbox();
  const [params] = useParamsInUrl();
  const id = params['edit'];
  const [edited, setEdited] = useState<ActionOf<K> | undefined | null>(id ? null : undefined);
  const [photos, setPhotos] = useState<PhotoRef[]>([]);
  useEffect(() => {
    if (!id) return;
    void queue.list().then((all) => {
      const found = all.find((a) => a.id === id && a.kind === kind && (a.state === 'refused' || a.state === 'waiting'));
      setEdited(found as ActionOf<K> | undefined);
      setPhotos(found?.photos ?? []);
    });
  }, [queue, id, kind]);
  return {
    edited,
    photos,
    setPhotos,
    send: async (made, then = '/driver') => {
      if (edited) await queue.edit(edited.id, { draft: made.draft, ...(made.at ? { at: made.at } : {}), photos: photos.map(({ id: photoId, name, type }) => ({ id: photoId, name, type })), newPhotos: freshOf(photos) });
      else await queue.add({ ...made, kind, photos: freshOf(photos) });
      // Asked once there is something to lose: a full phone then clears others first.
      void navigator.storage?.persist?.().catch(() => false);
      done(t('driver_app:queue.kept'));
      void sync();
      await navigate({ to: then });
    },
  };
}
