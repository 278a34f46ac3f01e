import type {
  FleetChanges,
  FleetEvent,
  FleetStatus,
  OpenedForward,
  WhyReport,
} from '@holdfast/engine';
import type { Hello, Inspected, Selected } from '../api.ts';

// Checks what readers would stumble over at once; the protocol's number answers for the rest.

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isHello(value: unknown): value is Hello {
  return (
    isFields(value) &&
    value['program'] === 'holdfast' &&
    typeof value['version'] === 'string' &&
    typeof value['protocol'] === 'number' &&
    typeof value['pid'] === 'number' &&
    typeof value['config'] === 'string'
  );
}

export function isStatus(value: unknown): value is FleetStatus {
  return isFields(value) && isListOf(value['tunnels'], isTunnelStatus);
}

export function isWhy(value: unknown): value is WhyReport {
  return (
    isFields(value) &&
    isTunnelStatus(value['status']) &&
    isListOf(value['sentences'], isText) &&
    isListOf(value['history'], isFields)
  );
}

export function isSelected(value: unknown): value is Selected {
  return isFields(value) && isListOf(value['tunnels'], isText);
}

export function isInspected(value: unknown): value is Inspected {
  if (!isFields(value)) return false;
  const { url } = value;
  return url === null || (typeof url === 'string' && INSPECTOR_URL.test(url));
}

/** Nothing else is ever opened in a browser. */
const INSPECTOR_URL = /^http:\/\/127\.0\.0\.1:\d{1,5}\/#token=[\w-]{22}$/;

export function isChanges(value: unknown): value is FleetChanges {
  if (!isFields(value) || !isListOf(value['problems'], isFields)) return false;
  const lists = ['added', 'removed', 'restarted', 'adjusted', 'unchanged'];
  return lists.every((name) => isListOf(value[name], isText));
}

export function isOpenedForward(value: unknown): value is OpenedForward {
  return isFields(value) && typeof value['forward'] === 'string';
}

export function isFleetEvent(value: unknown): value is FleetEvent {
  return (
    isFields(value) &&
    typeof value['id'] === 'number' &&
    typeof value['at'] === 'string' &&
    typeof value['level'] === 'string' &&
    typeof value['sentence'] === 'string' &&
    (value['tunnel'] === null || typeof value['tunnel'] === 'string') &&
    isFields(value['fact']) &&
    typeof value['fact']['type'] === 'string'
  );
}

function isTunnelStatus(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value['name'] === 'string' &&
    typeof value['host'] === 'string' &&
    typeof value['state'] === 'string' &&
    Array.isArray(value['forwards']) &&
    Array.isArray(value['checks'])
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
