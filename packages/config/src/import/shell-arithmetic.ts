import type { Variables } from './shell-words.ts';

const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/**
 * What `$((8000 + port))` comes to: sums and products of known numbers; `undefined` for all else.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_06_04
 */
export function arithmetic(written: string, variables: Variables): string | undefined {
  const [, expression] = /^\$\(\(([^()]+)\)\)$/.exec(written) ?? [];
  if (expression === undefined) return undefined;
  const terms = expression.replaceAll(/\s+/g, '').match(/(?:^|[+-])[^+-]+/g) ?? [];
  if (terms.join('') !== expression.replaceAll(/\s+/g, '')) return undefined;
  let sum = 0;
  for (const term of terms) {
    const [, sign, product] = /^([+-]?)(.+)$/.exec(term)!;
    const value = multiply(product!, variables);
    sum += sign === '-' ? -value : value;
  }
  return Number.isSafeInteger(sum) ? String(sum) : undefined;
}

/** `NaN` if a factor is not known. */
function multiply(product: string, variables: Variables): number {
  return product.split('*').reduce((value, factor) => value * valueOf(factor, variables), 1);
}

function valueOf(factor: string, variables: Variables): number {
  const [, name] = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(factor) ?? [];
  const [field] = (name === undefined ? undefined : variables.get(name)?.fields) ?? [];
  const text = name === undefined ? factor : field?.unknown === '' ? field.text : '';
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
