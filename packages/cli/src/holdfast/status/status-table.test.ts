import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintColours } from '../terminal/terminal.ts';
import { textWidth } from '../terminal/wrap-text.ts';
import { SAMPLE_AT, SAMPLE_STATUS, sampleTunnel } from '../testing/sample-status.ts';
import { fitColumns, GAP } from './fit-columns.ts';
import { formatStatusTable } from './status-table.ts';

function table(columns: number): string {
  return `\n${formatStatusTable(SAMPLE_STATUS, { columns }).join('\n')}\n`;
}

describe('the table of tunnels', () => {
  it('has everything where there is room', () => {
    expect(table(120)).toMatchInlineSnapshot(`
      "
      NAME                      STATE       SINCE     RTT  STARTS  HOST                FORWARDS
      db                        healthy     1h      12 ms       1  me@bastion          -L 5432:db.internal:5432
      web-frontend-of-the-shop  backoff!    40s         -       4  deploy@web.example  -L 8080:localhost:80, -R 9000:localhos…
        needs attention: web.example refused the login as deploy (3 times)
        what to do: ssh-add ~/.ssh/deploy
        next start in 1m 20s
      gw                        backoff     3s          -       1  gw                  -D 1080
        gw.example port 22 refused the connection
        next start in 12s
      behind                    backoff     1m 30s      -       0  inner               -
        waits until gw is healthy
      shop                      degraded    1h      12 ms       1  shop                -L 8081:localhost:80
        check http http://127.0.0.1:8081/health fails: the answer was 503
      quiet                     suspect     3s      12 ms       1  quiet               -
        suspect: no answer for 8 s; a second connection is being tried
      new                       connecting  1s          -       1  new                 -
        authenticating
      old                       failed      2d 7h       -       1  old                 -
        it was started 10 times, which is its maximum
      "
    `);
  });

  it('has above all what the supervisor cannot use', () => {
    const path = '/home/me/.local/state/holdfast/events.ndjson';
    const problem = 'No space left on device';
    const since = new Date(Date.parse(SAMPLE_AT) - 65_000).toISOString();
    const unusable = [{ path, problem, since }];
    const lines = formatStatusTable({ ...SAMPLE_STATUS, unusable }, { columns: 120 });
    expect(lines.slice(0, 2)).toEqual([
      `not usable: ${path}: ${problem} (for 1m 5s)`,
      expect.stringMatching(/^NAME/),
    ]);
    const none = formatStatusTable({ ...SAMPLE_STATUS, tunnels: [], unusable }, { columns: 60 });
    expect(none).toHaveLength(3);
  });

  it('is cut on 80 columns', () => {
    expect(table(80)).toMatchInlineSnapshot(`
      "
      NAME           STATE       SINCE     RTT  STARTS  HOST          FORWARDS
      db             healthy     1h      12 ms       1  me@bastion    -L 5432:db.inte…
      web-frontend…  backoff!    40s         -       4  deploy@web.…  -L 8080:localho…
        needs attention: web.example refused the login as deploy (3 times)
        what to do: ssh-add ~/.ssh/deploy
        next start in 1m 20s
      gw             backoff     3s          -       1  gw            -D 1080
        gw.example port 22 refused the connection
        next start in 12s
      behind         backoff     1m 30s      -       0  inner         -
        waits until gw is healthy
      shop           degraded    1h      12 ms       1  shop          -L 8081:localho…
        check http http://127.0.0.1:8081/health fails: the answer was 503
      quiet          suspect     3s      12 ms       1  quiet         -
        suspect: no answer for 8 s; a second connection is being tried
      new            connecting  1s          -       1  new           -
        authenticating
      old            failed      2d 7h       -       1  old           -
        it was started 10 times, which is its maximum
      "
    `);
  });

  it('leaves columns out on 40', () => {
    expect(table(40)).toMatchInlineSnapshot(`
      "
      NAME          STATE       SINCE   STARTS
      db            healthy     1h           1
      web-fronten…  backoff!    40s          4
        needs attention: web.example refused
          the login as deploy (3 times)
        what to do: ssh-add ~/.ssh/deploy
        next start in 1m 20s
      gw            backoff     3s           1
        gw.example port 22 refused the
          connection
        next start in 12s
      behind        backoff     1m 30s       0
        waits until gw is healthy
      shop          degraded    1h           1
        check http
          http://127.0.0.1:8081/health fails:
          the answer was 503
      quiet         suspect     3s           1
        suspect: no answer for 8 s; a second
          connection is being tried
      new           connecting  1s           1
        authenticating
      old           failed      2d 7h        1
        it was started 10 times, which is its
          maximum
      "
    `);
  });

  it('colours states and what is wrong', () => {
    const lines = formatStatusTable(SAMPLE_STATUS, { columns: 120, paint: paintColours });
    expect(lines[1]).toContain('\u001B[32mhealthy\u001B[0m');
    expect(lines[2]).toContain('\u001B[1;31mbackoff!\u001B[0m');
    expect(lines[3]).toBe(
      '\u001B[31m  needs attention: web.example refused the login as deploy (3 times)\u001B[0m',
    );
    expect(lines.join('\n')).toContain('\u001B[33mdegraded\u001B[0m');
    expect(lines.join('\n')).toContain('\u001B[31mfailed\u001B[0m');
  });

  it('is the same with and without colours, but for the colours', () => {
    const plain = formatStatusTable(SAMPLE_STATUS, { columns: 100 });
    const coloured = formatStatusTable(SAMPLE_STATUS, { columns: 100, paint: paintColours });
    // oxlint-disable-next-line no-control-regex
    expect(coloured.map((line) => line.replaceAll(/\u001B\[[\d;]*m/g, ''))).toEqual(plain);
  });

  it('shows control characters of names, hosts and sentences as harmless ones', () => {
    const failure = {
      class: 'unknown',
      sentence: 'bad\u001B]0;title\u0007 line\nnext',
      at: SAMPLE_AT,
      times: 1,
    } as const;
    const tunnel = sampleTunnel({ name: 'a\u001B[2J', host: '\u009B1m', state: 'failed', failure });
    const lines = formatStatusTable({ at: SAMPLE_AT, tunnels: [tunnel] }, { columns: Infinity });
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  it('says that there are no tunnels', () => {
    expect(formatStatusTable({ at: SAMPLE_AT, tunnels: [] }, { columns: 80 })).toEqual([
      'no tunnels',
    ]);
  });
});

describe('columns', () => {
  const column = fc
    .record({ width: fc.integer({ min: 1, max: 60 }), least: fc.integer({ min: 1, max: 20 }) })
    .map(({ width, least }) => ({ width, leastWidth: least, dropOrder: width }));

  it('fit whenever they may be left out, and never grow', () => {
    const columns = fc.array(column, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(columns, fc.integer({ min: 0, max: 200 }), (all, available) => {
        const widths = fitColumns(all, available);
        const shown = widths.filter((width) => width !== undefined);
        const total = shown.reduce((sum, width) => sum + width + GAP, -GAP);
        expect(total).toBeLessThanOrEqual(Math.max(0, available));
        for (const [index, width] of widths.entries()) {
          if (width !== undefined) expect(width).toBeLessThanOrEqual(all[index]!.width);
        }
      }),
    );
  });

  it('have all they want where there is room', () => {
    expect(fitColumns([{ width: 10 }, { width: 5, leastWidth: 2 }], 17)).toEqual([10, 5]);
    expect(fitColumns([{ width: 10 }, { width: 5, leastWidth: 2 }], 16)).toEqual([10, 4]);
  });

  it('a line is no wider than the terminal', () => {
    for (const columns of [40, 60, 80, 100, 120]) {
      for (const line of formatStatusTable(SAMPLE_STATUS, { columns })) {
        expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });
});
