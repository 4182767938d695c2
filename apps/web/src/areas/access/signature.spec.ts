import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { checkCaseFile, type SignedFile } from './signature';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;

function made(): SignedFile {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const case_file = { vehicle: { plate: 'KAA 001A' }, command: { status: 'completed' } };
  const signed = `format/v1\n${JSON.stringify(case_file)}`;
  return { format: 'format/v1', case_file, signed, signature: sign(null, Buffer.from(signed), privateKey).toString('base64'), public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

describe('a case file', () => {
  it('is genuine when its text is signed by the key beside it', async () => {
    await expect(checkCaseFile(made(), subtle)).resolves.toEqual({ state: 'genuine', fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('is forged when one letter of the text, the content shown or the key is another', async () => {
    const file = made();
    await expect(checkCaseFile({ ...file, signed: file.signed.replace('completed', 'failed') }, subtle)).resolves.toMatchObject({ state: 'forged' });
    await expect(checkCaseFile({ ...file, case_file: { command: { status: 'failed' } } }, subtle)).resolves.toMatchObject({ state: 'forged' });
    await expect(checkCaseFile({ ...file, public_key: made().public_key }, subtle)).resolves.toMatchObject({ state: 'forged' });
  });

  it('cannot be checked where the browser has no cryptography or does not know the curve', async () => {
    await expect(checkCaseFile(made(), undefined)).resolves.toEqual({ state: 'cannot' });
    const ignorant = { importKey: () => Promise.reject(new Error('unknown')) } as unknown as SubtleCrypto;
    await expect(checkCaseFile(made(), ignorant)).resolves.toEqual({ state: 'cannot' });
  });
});
