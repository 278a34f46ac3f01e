const KEY = 'holdfast-shortcuts';

/** Whether single keys do something. */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(KEY) !== 'off';
}

/** Remembers it in this browser. */
export function keepShortcuts(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? 'on' : 'off');
}
