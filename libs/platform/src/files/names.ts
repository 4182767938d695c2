import type { ContentType } from './inspect';

const extensions: Record<ContentType, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'application/pdf': 'pdf' };
const lengthMax = 120;

/** What may be shown of the name somebody's machine gave a file: no path, nothing invisible, the true extension. */
export function cleanName(original: string, type: ContentType): string {
  const base = (original.normalize('NFC').split(/[/\\]/).at(-1) ?? '')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/[<>:"|?*;%]/g, '_')
    .replace(/\.[A-Za-z0-9]{1,8}$/, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const stem = [...base].slice(0, lengthMax).join('') || 'file';
  return `${stem}.${extensions[type]}`;
}

/** RFC 6266: a plain name for old programs, the true one beside it. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\]/g, '_');
  const coded = encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${coded}`;
}
