import { CloseButton, Input } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { randomId } from '../../api/tab-lock';
import { Icon } from '../../kit/icons';
import classes from './driver.module.css';
import { database } from './queue/database';
import type { Photo, PhotoRef } from './queue/types';

/** Larger pictures show nothing more of a receipt, and cost the driver's data. */
const sidePx = 1800;
const quality = 0.82;

/** Smaller where the browser can draw it; as it is otherwise, and the server says what it thinks of it. */
async function smaller(file: File): Promise<Blob> {
  if (!file.type.startsWith('image/')) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, sidePx / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    return drawn && drawn.size < file.size ? drawn : file;
  } catch {
    return file;
  }
}

async function photoOf(file: File): Promise<Photo> {
  const content = await smaller(file);
  const name = content === file ? file.name : `${file.name.replace(/\.\w+$/, '')}.jpg`;
  return { id: randomId(), name: name || 'photo.jpg', type: content.type || 'image/jpeg', bytes: await content.arrayBuffer() };
}

interface PhotosProps {
  label: string;
  value: PhotoRef[];
  onChange: (photos: PhotoRef[]) => void;
  max: number;
  /** PDF too, for papers. */
  papers?: boolean;
  fault?: string | undefined;
}

/** Takes pictures with the camera of the phone, or from its files. */
export function Photos({ label, value, onChange, max, papers, fault }: PhotosProps): ReactNode {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const add = async (files: File[]): Promise<void> => {
    setBusy(true);
    const room = files.slice(0, max - value.length);
    onChange([...value, ...(await Promise.all(room.map(photoOf)))]);
    setBusy(false);
  };
  return (
    <div>
      <div className={classes.photos}>
        {value.map((photo) => (
          <Thumb key={photo.id} photo={photo} onRemove={() => onChange(value.filter((other) => other.id !== photo.id))} />
        ))}
      </div>
      {value.length < max && (
        <label className={classes.take} style={value.length > 0 ? { marginTop: 10 } : undefined}>
          <Icon name="camera" size={24} />
          {busy ? t('kit:loading') : label}
          <input
            type="file"
            className="sr-only"
            accept={papers ? 'image/jpeg,image/png,application/pdf' : 'image/jpeg,image/png'}
            {...(papers ? {} : { capture: 'environment' })}
            multiple={max > 1}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = '';
              void add(files);
            }}
          />
        </label>
      )}
      {fault && <Input.Error mt={6}>{fault}</Input.Error>}
    </div>
  );
}

const isPhoto = (photo: PhotoRef): photo is Photo => 'bytes' in photo;
/** Those just taken, not yet beside an action. */
export const freshOf = (photos: readonly PhotoRef[]): Photo[] => photos.filter(isPhoto);

function Thumb({ photo, onRemove }: { photo: PhotoRef; onRemove: () => void }): ReactNode {
  const { t } = useTranslation();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    const show = (known: Photo | undefined): void => {
      if (!known?.type.startsWith('image/')) return;
      made = URL.createObjectURL(new Blob([known.bytes], { type: known.type }));
      setUrl(made);
    };
    if (isPhoto(photo)) show(photo);
    else void database.photo(photo.id).then(show, () => undefined);
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [photo]);
  return (
    <div className={classes.photo}>
      {url ? <img src={url} alt={photo.name} /> : <span className={classes.noPicture}>{photo.name}</span>}
      <CloseButton variant="default" size={40} pos="absolute" top={-8} right={-8} radius="xl" aria-label={t('driver_app:photos.remove', { name: photo.name })} onClick={onRemove} />
    </div>
  );
}
