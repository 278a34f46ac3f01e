import { completeSettings, type TunnelContext, type TunnelEvent } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKnownWord } from './known-words.ts';
import { localRedactor, reportRedactor, type Redactor } from './redactor.ts';

/** Any characters, also those that a terminal obeys. */
const anyText = fc
  .array(fc.nat(0x2fff), { maxLength: 20 })
  .map((codes) => String.fromCharCode(...codes));

/** What nobody may read: long enough that no sentence holds it by chance. */
const secret = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_+-]{9,20}$/),
  fc.stringMatching(/^[a-z]{3,8} [0-9]{6,9}$/),
  fc.stringMatching(/^[0-9]{6,12}$/),
);
const around = fc.constantFrom(
  (it: string) => `ssh does not understand its settings: ${it}`,
  (it: string) => `no such identity: /home/me/.ssh/${it}: No such file or directory`,
  (it: string) => `"/home/me/my keys/${it}": Permission denied`,
  (it: string) => `command-line: line 0: Bad configuration option: setenv PASS=${it}`,
  (it: string) => `${it}@${it}.example port 22 refused the connection`,
  (it: string) => `(${it}), [${it}]:2222; <${it}>`,
  (it: string) => `${it}`,
);

function contextWith(text: string): TunnelContext {
  return {
    settings: { ...completeSettings({ name: 'db#3' }), option: text } as never,
    starts: 1,
    tries: 0,
    misses: 0,
    doubt: null,
    carrier: 'a',
    challenger: null,
    hasWitness: true,
    unsent: null,
    firstProbe: 'due',
    untaken: { phase: 'asked', why: null, times: 0, sinceMs: 0 },
    probes: true,
    failures: {
      counts: { auth: 1 },
      last: { class: 'auth', sentence: text, remedy: text, line: text },
      verdict: 'retry',
      waitMs: 0,
      recentRestartsMs: [],
    },
    hasLoggedIn: true,
    roundTrip: null,
    provedAtMs: null,
    answeredAtMs: null,
    pid: 4711,
    startedAtMs: 0,
    stopReason: null,
    end: { class: 'hopeless', exitStatus: 1, sentence: text },
  };
}

function eventsWith(text: string): readonly TunnelEvent[] {
  const failure = { class: 'auth', sentence: text, remedy: text, line: text } as const;
  return [
    { type: 'child.exited', status: 255, signal: null, atMs: 1, failure },
    { type: 'child.unrunnable', reason: text, failure },
    { type: 'forward.refused', failure },
    { type: 'heartbeat.missed', reason: text },
    { type: 'check.failed', reason: text },
    { type: 'tunnel.stop', signal: text },
    { type: 'child.ready', atMs: 1, env: { PASS: text }, options: [text] } as never,
    { type: 'settings.changed', settings: { pollSeconds: 5, option: text } as never },
  ];
}

function everything(redactor: Redactor, text: string): string {
  const { context, event, settings } = redactor;
  const shown = contextWith(text);
  return JSON.stringify([
    redactor.text(text),
    context(shown),
    settings(shown.settings),
    eventsWith(text).map(event),
  ]);
}

test('no secret of an option, a path, a variable, a host or a user is in a report', () => {
  fc.assert(
    fc.property(secret, around, (word, sentence) => {
      const shown = everything(reportRedactor(['db']), sentence(word));
      for (const part of word.split(' ')) {
        // A known word says nothing, whoever uses it.
        if (part.length > 5 && !isKnownWord(part)) expect(shown).not.toContain(part);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a path, the value of a variable, and what ssh wrote are in no recording', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9_+-]{9,20}$/), (word) => {
      const path = `no such identity: /home/me/.ssh/${word}: No such file or directory`;
      expect(everything(localRedactor, path)).not.toContain(word);
      expect(localRedactor.text(`Bad configuration option: PASS=${word}`)).not.toContain(word);
      const failure = {
        class: 'auth',
        sentence: 'it was denied',
        remedy: word,
        line: word,
      } as const;
      const exited = { type: 'child.exited', status: 255, signal: null, atMs: 1, failure } as const;
      expect(JSON.stringify(localRedactor.event(exited))).not.toContain(word);
    }),
  );
});

/** What ssh says of settings that it refuses, with the value that it repeats. */
const refusals = fc.constantFrom(
  (it: string) => `ssh does not understand its settings: unsupported option "${it}".`,
  (it: string) =>
    `ssh does not understand its settings: Bad local forwarding specification '${it}'`,
  (it: string) => `ssh does not understand its settings: Bad configuration option: ${it}`,
  (it: string) => `ssh does not understand its settings: keyword x extra arguments "a" ${it}"`,
  (it: string) => `ssh does not understand /etc/ssh/ssh_config, line 3: Bad port '${it}'.`,
  (it: string) => `ssh ended with status 255: ssh does not understand its settings: "${it} yes`,
);

test('the value of an option that ssh refuses is in no recording and no report', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]{3,8}[0-9][a-zA-Z0-9_+.:@-]{3,9}$/),
      refusals,
      (word, say) => {
        const sentence = say(word);
        for (const redactor of [localRedactor, reportRedactor()]) {
          expect(everything(redactor, sentence)).not.toContain(word);
        }
        expect(localRedactor.text(sentence)).toMatch(/ssh does not understand .*\(hidden\)/);
        // What was redacted once is redacted again when it is played.
        const once = localRedactor.text(sentence);
        expect(localRedactor.text(once)).toBe(once);
      },
    ),
  );
});

test('the fixed words of ssh about a setting stay, and a quoted value goes even if it is one of them', () => {
  const { text } = localRedactor;
  expect(text('ssh does not understand its settings: unsupported option "password".')).toBe(
    'ssh does not understand its settings: unsupported option (hidden).',
  );
  expect(text('ssh does not understand its settings: no host is named')).toBe(
    'ssh does not understand its settings: no host is named',
  );
});

describe('a report', () => {
  test('keeps the words of Holdfast, and gives each other word a name of its own', () => {
    const { text } = reportRedactor();
    expect(text('me@bastion port 22 refused the connection: nobody listens there')).toBe(
      'hidden-1@hidden-2 port 22 refused the connection: nobody listens there',
    );
    expect(text('the connection to bastion was lost.')).toBe(
      'the connection to hidden-2 was lost.',
    );
  });

  test('keeps a host where that is asked for', () => {
    const { text } = reportRedactor(['me@bastion.example']);
    expect(text('me@bastion.example port 22 did not answer in time')).toBe(
      'me@bastion.example port 22 did not answer in time',
    );
  });
});

test('nothing that a terminal would obey goes through', () => {
  fc.assert(
    fc.property(anyText, (written) => {
      for (const { text } of [localRedactor, reportRedactor()]) {
        expect(text(written)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }
    }),
  );
});

test('a long text takes no longer than its length', () => {
  for (const part of ['/', '"', "'", 'a', 'a=', '="\'', ' ']) {
    expect(reportRedactor().text(part.repeat(300_000))).toBeDefined();
  }
});
