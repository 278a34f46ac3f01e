export type {
  DrawnChart,
  InspectorAction,
  InspectorApi,
  InspectorErrorBody,
  InspectorHello,
  InspectorRow,
  StepsAnswer,
  StreamMessage,
} from './api.ts';
