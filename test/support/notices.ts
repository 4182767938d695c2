export interface Notice {
  id: string;
  kind: string;
  title: string;
  text: string;
  severity: string;
  times: number;
  read_at: string | null;
}

export interface Rule {
  id: string;
  name: string;
  is_default: boolean;
  enabled: boolean;
  email_state: string;
  version: number;
}
