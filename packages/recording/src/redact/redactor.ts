import type {
  ConnectionSight,
  FailureReport,
  Slot,
  TunnelContext,
  TunnelEnd,
  TunnelEvent,
  TunnelInput,
  TunnelSettings,
} from '@holdfast/machines';
import { printableLine } from '@holdfast/text';
import { hidePaths, hideSettings, hideWords } from './hidden-text.ts';

/** Takes out what nobody else shall read. Nothing that a rule looks at is changed: what is redacted plays as before. */
export interface Redactor {
  /** Whatever is for people: a sentence, or what ssh wrote. */
  text(text: string): string;
  /** An input of the machine. */
  event(event: TunnelEvent): TunnelEvent;
  /** What a tunnel was started with. */
  settings(settings: TunnelSettings): TunnelSettings;
  /** What the machine remembers. */
  context(context: TunnelContext): TunnelContext;
}

/** For what stays on this machine: without paths, values of options, and what ssh wrote. */
export const localRedactor: Redactor = redactorOf(hidePaths);

/**
 * For what is shown to others: only known words stay, and each other word has a pseudonym.
 *
 * @param kept - words that stay too.
 */
export function reportRedactor(kept: Iterable<string> = []): Redactor {
  return redactorOf(hideWords(kept));
}

function redactorOf(hide: (text: string) => string): Redactor {
  const text = (written: string) => printableLine(hide(hideSettings(written)));
  // Name by name: what is added to an event or a setting one day is left out until somebody thinks of it here.
  const failureOf = ({ class: failureClass, sentence }: FailureReport): FailureReport => ({
    class: failureClass,
    sentence: text(sentence),
  });
  const endOf = ({ class: endClass, exitStatus, sentence }: TunnelEnd): TunnelEnd => ({
    class: endClass,
    exitStatus,
    sentence: text(sentence),
  });
  const settings = (given: TunnelSettings): TunnelSettings => ({
    ...pick(given, SETTING_NAMES),
    name: given.name.replace(/#\d+$/, ''),
  });
  return {
    text,
    settings,
    event: (event) => redactEvent(event, text, failureOf),
    context: (context) => ({
      ...pick(context, FACT_NAMES),
      settings: settings(context.settings),
      unsent: context.unsent === null ? null : text(context.unsent),
      failures: {
        ...context.failures,
        last: context.failures.last === null ? null : failureOf(context.failures.last),
      },
      end: context.end === null ? null : endOf(context.end),
    }),
  };
}

function redactEvent(
  event: TunnelEvent,
  text: (text: string) => string,
  failureOf: (failure: FailureReport) => FailureReport,
): TunnelEvent {
  const plain = pick(event as AnyEvent, ['type', 'slot', 'pid', 'status', 'chance', 'sight']);
  const { atMs, silentMs, roundTripMs, failure, reason, signal, settings } = event as AnyEvent;
  return {
    ...plain,
    ...(atMs === undefined ? {} : { atMs: rounded(atMs) }),
    ...(silentMs === undefined ? {} : { silentMs: rounded(silentMs) }),
    ...(roundTripMs === undefined ? {} : { roundTripMs: rounded(roundTripMs) }),
    ...(failure === undefined ? {} : { failure: failureOf(failure) }),
    ...(reason === undefined ? {} : { reason: text(reason) }),
    ...(signal === undefined ? {} : { signal: signal === null ? null : text(signal) }),
    ...(settings === undefined ? {} : { settings: pick(settings, SETTING_NAMES) }),
  } as TunnelEvent;
}

/** Whole microseconds: no clock here is better. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Everything that any event brings. */
interface AnyEvent {
  readonly type: TunnelEvent['type'];
  readonly slot?: Slot;
  readonly sight?: ConnectionSight | null;
  readonly atMs?: number;
  readonly silentMs?: number;
  readonly pid?: number;
  readonly status?: number | null;
  readonly chance?: number;
  readonly roundTripMs?: number;
  readonly failure?: FailureReport;
  readonly reason?: string;
  readonly signal?: string | null;
  readonly settings?: TunnelInput;
}

const SETTING_NAMES = [
  'rules',
  'gateSeconds',
  'pollSeconds',
  'firstPollSeconds',
  'maxStarts',
  'lifetimeSeconds',
  'hasHeartbeat',
  'missesAllowed',
  'patienceSeconds',
  'patienceAloneSeconds',
  'challenges',
  'restartsWhenSilent',
  'restartIntensity',
  'aliveLimitSeconds',
  'tellsReady',
  'asksBeforeStart',
  'termGraceSeconds',
  'killGraceSeconds',
] as const satisfies readonly (keyof TunnelSettings)[];

const FACT_NAMES = [
  'starts',
  'tries',
  'misses',
  'doubt',
  'carrier',
  'challenger',
  'hasWitness',
  'probes',
  'hasLoggedIn',
  'firstProbe',
  'untaken',
  'roundTrip',
  'provedAtMs',
  'answeredAtMs',
  'pid',
  'startedAtMs',
  'stopReason',
] as const satisfies readonly (keyof TunnelContext)[];

/** Of an object these fields only, as far as it has them. */
function pick<TObject extends object, TName extends keyof TObject>(
  object: TObject,
  names: readonly TName[],
): Pick<TObject, TName> {
  const entries = names.filter((name) => name in object).map((name) => [name, object[name]]);
  return Object.fromEntries(entries) as Pick<TObject, TName>;
}
