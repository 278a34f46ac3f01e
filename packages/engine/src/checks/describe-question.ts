import { printableLine } from '@holdfast/text';
import type { CheckQuestion } from '../fleet/tunnel-spec.ts';

/** The question of a check in one line, such as `tcp 127.0.0.1:5432`; passwords in URLs are left out. */
export function describeQuestion(question: CheckQuestion): string {
  return printableLine(`${question.kind} ${whatIsAsked(question)}`);
}

function whatIsAsked(question: CheckQuestion): string {
  switch (question.kind) {
    case 'tcp':
      return describeAddress(question.address);
    case 'http':
      return withoutUser(question.url);
    case 'command':
      return question.command.join(' ');
  }
}

function describeAddress(address: Extract<CheckQuestion, { kind: 'tcp' }>['address']): string {
  if (address.kind === 'unix') return address.path;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

function withoutUser(url: string): string {
  return URL.canParse(url) && new URL(url).username + new URL(url).password !== ''
    ? Object.assign(new URL(url), { username: '', password: '' }).href
    : url;
}
