/**
 * JSON as bytes: objects are kept and sent as UTF-8 text and parsed only when their content is needed. Depends only on Jackson.
 */
@NullMarked
package io.shiplog.events.json;

import org.jspecify.annotations.NullMarked;
