import { createHash } from 'node:crypto';

export interface TracksolidSettings {
  baseUrl: string;
  secret: Record<string, string>;
  now: () => number;
  requestMs?: number;
}

/** The server's no, with its code. */
export class TracksolidError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(`Tracksolid answers ${code}: ${message}`);
    this.name = 'TracksolidError';
  }

  /** The command's own result, where the message carries one: 228 is a device that is away. */
  get result(): number | undefined {
    const found = /code\s*[:：]\s*(\d{3})/i.exec(this.message)?.[1];
    return found ? Number(found) : undefined;
  }
}

/** No answer: whether the request arrived is not known. */
export class TracksolidSilent extends Error {}

interface Token {
  accessToken: string;
  until_ms: number;
}

const tokenTtlS = 7_200;

/** Signed requests of Jimi's open API for one account, with one token for all who need it. */
export class TracksolidClient {
  private token: Promise<Token> | undefined;

  constructor(private readonly settings: TracksolidSettings) {}

  async call<T>(method: string, params: Record<string, string>): Promise<T> {
    try {
      return await this.post<T>(method, { ...params, access_token: await this.accessToken() });
    } catch (error) {
      // Code 1004: the token is gone. The request was refused unseen, so it may be made again.
      if (!(error instanceof TracksolidError) || error.code !== 1004) throw error;
      this.token = undefined;
      return this.post<T>(method, { ...params, access_token: await this.accessToken() });
    }
  }

  /** A way to send with the token of now: once and at once, without signing in. */
  async ready(): Promise<(method: string, params: Record<string, string>, withinMs: number) => Promise<void>> {
    const access_token = await this.accessToken();
    return async (method, params, withinMs) => {
      try {
        await this.post(method, { ...params, access_token }, withinMs);
      } catch (error) {
        if (error instanceof TracksolidError && error.code === 1004) this.token = undefined;
        throw error;
      }
    };
  }

  private async accessToken(): Promise<string> {
    const known = await this.token?.catch(() => undefined);
    if (!known || known.until_ms < this.settings.now()) this.token = this.signIn();
    const token = await (this.token as Promise<Token>);
    return token.accessToken;
  }

  private async signIn(): Promise<Token> {
    const { user_id = '', password = '' } = this.settings.secret;
    const user_pwd_md5 = createHash('md5').update(password).digest('hex');
    const { accessToken } = await this.post<{ accessToken: string }>('jimi.oauth.token.get', { user_id, user_pwd_md5, expires_in: String(tokenTtlS) });
    return { accessToken, until_ms: this.settings.now() + (tokenTtlS - 300) * 1000 };
  }

  private async post<T>(method: string, params: Record<string, string>, withinMs = this.settings.requestMs ?? 3_000): Promise<T> {
    const { app_key = '', app_secret = '' } = this.settings.secret;
    const timestamp = new Date(this.settings.now()).toISOString().slice(0, 19).replace('T', ' ');
    const fields: Record<string, string> = { method, timestamp, app_key, sign_method: 'md5', v: '1.0', format: 'json', ...params };
    let answer: { code: number; message?: string; result?: T };
    try {
      const body = new URLSearchParams({ ...fields, sign: signatureOf(fields, app_secret) });
      const response = await fetch(`${this.settings.baseUrl}/route/rest`, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(withinMs) });
      answer = (await response.json()) as typeof answer;
    } catch (error) {
      throw new TracksolidSilent(`Tracksolid did not answer ${method}`, { cause: error });
    }
    if (answer.code !== 0) throw new TracksolidError(answer.code, answer.message ?? '');
    return answer.result as T;
  }
}

/** Upper case MD5 over the secret, every field by name with its value, and the secret; empty fields stay out. */
export function signatureOf(fields: Record<string, string>, secret: string): string {
  const text = Object.keys(fields)
    .filter((name) => name !== 'sign' && fields[name] !== '')
    .sort()
    .map((name) => name + fields[name])
    .join('');
  return createHash('md5').update(`${secret}${text}${secret}`).digest('hex').toUpperCase();
}
