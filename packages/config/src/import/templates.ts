/** What a template fills in: Jinja's and Go's `{{ x }}`, ERB's `<%= x %>`. */
const VALUE = /\{\{-?\s*([^{}]*?)\s*-?\}\}|<%=\s*([^%]*?)\s*-?%>/g;

/** What a template decides: Jinja's `{% for ... %}`, ERB's `<% if ... %>`, Terraform's `%{ if ... }`. */
const STATEMENT =
  /\{%-?\s*([^%]*?)\s*-?%\}|<%-?\s(?!=)([^%]*?)\s*-?%>|%\{~?\s*((?:for|if|else|endif|endfor)\b[^}]*?)\s*~?\}/g;

/** A template as far as it can be read without whoever fills it in. */
export interface ReadTemplate {
  /** What is filled in is a variable that nobody knows; it has as many lines as before. */
  readonly text: string;
  readonly notes: readonly string[];
}

/** Reads the template of Ansible, Helm, Terraform, Puppet or Chef that a text may be. */
export function readTemplate(text: string): ReadTemplate {
  const notes: string[] = [];
  const lines = text.split('\n').map((line, index) => {
    const plain = line.replaceAll(STATEMENT, (written: string) => {
      const note = `line ${index + 1}: not read: ${written}, which is a template's: whoever fills it in knows what comes of it`;
      if (!notes.includes(note)) notes.push(note);
      return '';
    });
    return plain.replaceAll(VALUE, asVariable);
  });
  return { text: lines.join('\n'), notes };
}

/** What a template fills in has blanks in it; a variable has none. */
function asVariable(_: string, double: string | undefined, erb: string | undefined): string {
  return `\${${(double ?? erb ?? '').replaceAll(/\W+/g, '_')}}`;
}
