import type { ReactNode } from 'react';
import { QuestionList } from './question-list';

export default function QuestionsPage(): ReactNode {
  return <QuestionList />;
}
