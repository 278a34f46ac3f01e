import { describe, expect, it } from 'vitest';
import { isSettingError } from './setting-error.ts';
import { getHoldfastPaths } from './paths.ts';

const LINUX = { uid: 7, platform: 'linux' } as const;

describe('where the files live', () => {
  it('is where the XDG variables say', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_RUNTIME_DIR: '/run/user/7', XDG_STATE_HOME: '/s' };
    expect(getHoldfastPaths(env)).toEqual({
      config: '/c/holdfast/tunnels.toml',
      runtime: '/run/user/7/holdfast',
      spareRuntime: '/s/holdfast/run',
      loginRuntime: undefined,
      state: '/s/holdfast',
    });
  });

  it('is below HOME without them', () => {
    expect(getHoldfastPaths({ HOME: '/home/me' }, LINUX)).toEqual({
      config: '/home/me/.config/holdfast/tunnels.toml',
      runtime: '/home/me/.local/state/holdfast/run',
      spareRuntime: '/home/me/.local/state/holdfast/run',
      loginRuntime: '/run/user/7/holdfast',
      state: '/home/me/.local/state/holdfast',
    });
  });

  it.each(['', 'relative/path'])('is below HOME when they say %j', (path) => {
    const env = { XDG_CONFIG_HOME: path, XDG_RUNTIME_DIR: path, XDG_STATE_HOME: path };
    expect(getHoldfastPaths({ ...env, HOME: '/h' })).toEqual(getHoldfastPaths({ HOME: '/h' }));
  });

  it('is not the runtime directory of another user, which su and sudo -E keep', () => {
    const env = { HOME: '/h', XDG_RUNTIME_DIR: '/run/user/8' };
    const asOf = (owner: number | undefined) => ({ ...LINUX, ownerOf: () => owner });
    expect(getHoldfastPaths(env, asOf(8))).toEqual(getHoldfastPaths({ HOME: '/h' }, LINUX));
    for (const owner of [7, undefined])
      expect(getHoldfastPaths(env, asOf(owner)).runtime).toBe('/run/user/8/holdfast');
  });

  it.each([
    [`/${'x'.repeat(63)}`, undefined],
    [`/${'x'.repeat(64)}`, 'a longer path'],
    [`/${'é'.repeat(32)}`, 'the same in bytes'],
    ['/with a space, "quotes", 100%, \\, #, ~, $x and {y}', undefined],
    ['/${x}', 'a variable of ssh'],
  ])('is a short directory where sockets do not fit into %s', (path, why) => {
    const { runtime } = getHoldfastPaths({ HOME: '/h', XDG_RUNTIME_DIR: path }, LINUX);
    if (why === undefined) expect(runtime).toBe(`${path}/holdfast`);
    else expect(runtime).toMatch(/^\/tmp\/holdfast-7-[0-9a-f]{16}$/);
  });

  it.each([{}, { HOME: '' }, { HOME: 'me' }, { XDG_CONFIG_HOME: '/c' }])(
    'is nowhere with %j: the error names the variable',
    (env) => {
      try {
        getHoldfastPaths(env);
        expect.unreachable();
      } catch (error) {
        if (!isSettingError(error)) throw error;
        expect(error.setting).toBe('XDG_CONFIG_HOME' in env ? 'XDG_STATE_HOME' : 'XDG_CONFIG_HOME');
        expect(error.message).toContain('HOME');
      }
    },
  );
});
