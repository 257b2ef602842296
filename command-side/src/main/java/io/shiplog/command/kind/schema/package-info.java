/** Decodes bodies by the schema of their kind: unknown fields, types, canonical forms, and Go's words for what is wrong. */
@NullMarked
package io.shiplog.command.kind.schema;

import org.jspecify.annotations.NullMarked;
