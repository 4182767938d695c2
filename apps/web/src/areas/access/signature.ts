export interface SignedFile {
  format: string;
  case_file: unknown;
  signed: string;
  signature: string;
  public_key: string;
}

export type Checked = { state: 'genuine' | 'forged'; fingerprint: string } | { state: 'cannot' };

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Whether the text is signed by the key beside it, and what is shown is what was signed. The key itself is compared by its fingerprint. */
export async function checkCaseFile(file: SignedFile, subtle: SubtleCrypto | undefined): Promise<Checked> {
  // Browsers keep their cryptography from pages that came over plain http.
  if (!subtle) return { state: 'cannot' };
  const der = bytesOf(file.public_key.replaceAll(/-----[A-Z ]+-----|\s/g, ''));
  const key = await subtle.importKey('spki', der, { name: 'Ed25519' }, false, ['verify']).catch(() => undefined);
  if (!key) return { state: 'cannot' };
  const signed = await subtle.verify({ name: 'Ed25519' }, key, bytesOf(file.signature), new TextEncoder().encode(file.signed));
  const same = file.signed === `${file.format}\n${JSON.stringify(file.case_file)}`;
  return { state: signed && same ? 'genuine' : 'forged', fingerprint: hex(await subtle.digest('SHA-256', der)).slice(0, 32) };
}
