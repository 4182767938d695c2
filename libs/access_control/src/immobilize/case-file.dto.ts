import { Json, Text } from '@fleet/platform/http';

export class CaseFileView {
  @Text({ about: 'The layout of `signed`.' }) format: string;
  @Json({ about: 'The same content, to read. What counts is `signed`.' }) case_file: Record<string, unknown>;
  @Text({ about: 'Exactly the text that is signed.' }) signed: string;
  @Text({ about: 'Ed25519 over `signed` (UTF-8), base64; the key is the one of the audit checkpoints.' }) signature: string;
  @Text({ about: 'PEM.' }) public_key: string;
}
