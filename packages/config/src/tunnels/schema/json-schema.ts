import * as z from 'zod';
import { tunnelsSchema } from './keys.ts';

/** The part of JSON Schema that describes a tunnels file. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  /** A list: what the first elements are, one after the other. */
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly additionalItems?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/**
 * JSON Schema of a tunnels file, for editors.
 *
 * Draft 7: the newest that the TOML extensions of editors read.
 */
export function tunnelsJsonSchema(): JsonSchema {
  return z.toJSONSchema(tunnelsSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
