/** The few pages the server draws itself: signing in, setting up, accepting an invitation. No script, no outside asset. */
const style = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5b6675;--line:#d5dbe3;--paper:#fff;--ground:#eef1f5;--go:#1c5fbf;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#9aa6b5;--line:#364150;--paper:#1a212b;--ground:#10151c;--go:#7db0ff;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{width:min(25rem,92vw);background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.75rem}
h1{font-size:1.2rem;margin:0 0 .25rem}p{margin:.25rem 0 1rem;color:var(--soft)}label{display:block;margin:.75rem 0 .2rem;font-weight:600}
input{width:100%;padding:.6rem .7rem;border:1px solid var(--line);border-radius:6px;background:transparent;color:inherit;font:inherit}
input:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--go);outline-offset:2px}
button{width:100%;margin-top:1.25rem;padding:.65rem;border:0;border-radius:6px;background:var(--go);color:var(--paper);font:inherit;font-weight:600;cursor:pointer}
.bad{color:var(--bad);font-weight:600}.small{font-size:.85rem}ul{padding-left:1.1rem}a{color:var(--go)}`;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => escapes[c] ?? c);

export interface InputField {
  name: string;
  label: string;
  type?: 'email' | 'password' | 'text';
  autocomplete?: string;
  value?: string;
  optional?: true;
  hint?: string;
}

export interface FormPage {
  title: string;
  lead: string;
  action: string;
  button: string;
  fields: InputField[];
  hidden?: Record<string, string | undefined>;
  fault?: string | undefined;
}

export function formPage(page: FormPage, nonce: string): string {
  const hidden = Object.entries(page.hidden ?? {}).map(([name, value]) => (value === undefined ? '' : `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`));
  const inputs = page.fields.map(
    (f, i) => `<label for="${f.name}">${escapeHtml(f.label)}</label>
<input id="${f.name}" name="${f.name}" type="${f.type ?? 'text'}" autocomplete="${f.autocomplete ?? 'off'}" value="${escapeHtml(f.value ?? '')}"${f.optional ? '' : ' required'}${i === 0 ? ' autofocus' : ''}>${f.hint ? `<div class="small">${escapeHtml(f.hint)}</div>` : ''}`,
  );
  const fault = page.fault ? `<p class="bad" role="alert">${escapeHtml(page.fault)}</p>` : '';
  return shell(page.title, `<h1>${escapeHtml(page.title)}</h1><p>${escapeHtml(page.lead)}</p>${fault}<form method="post" action="${escapeHtml(page.action)}">${hidden.join('')}${inputs.join('')}<button>${escapeHtml(page.button)}</button></form>`, nonce);
}

export function messagePage(title: string, html: string, nonce: string): string {
  return shell(title, `<h1>${escapeHtml(title)}</h1>${html}`, nonce);
}

function shell(title: string, content: string, nonce: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)} · Fleet ERP</title><style nonce="${nonce}">${style}</style></head><body><main>${content}</main></body></html>`;
}
