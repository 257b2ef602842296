/**
 * JSON as bytes: objects travel and rest as UTF-8 text and become a tree only where somebody must look inside. Depends on
 * Jackson alone.
 */
@NullMarked
package io.shiplog.events.json;

import org.jspecify.annotations.NullMarked;
