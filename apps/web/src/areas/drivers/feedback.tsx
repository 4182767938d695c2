import type { ReactNode } from 'react';
import { AllFeedback } from './feedback-list';

export default function FeedbackPage(): ReactNode {
  return <AllFeedback />;
}
