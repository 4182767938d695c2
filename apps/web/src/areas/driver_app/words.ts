import { useTranslation } from 'react-i18next';

interface Said {
  code: string;
  detail: string;
  facts?: Record<string, unknown> | undefined;
}

/** A refusal or a reason in the driver's language, where we have its words; else as the server says it. */
export function useReasonText(): (said: Said) => string {
  const { t } = useTranslation();
  return ({ code, detail, facts }) => t(`driver_app:why.${code}`, { defaultValue: t(`problems:${code}`, { defaultValue: detail, ...facts }), ...facts });
}
