/**
 * Output formats of stored objects: unchanged in the requested version, as rows of a table, as metadata only, as a Scale. Pure
 * functions from bytes to bytes; depends on events, projections and the http package.
 */
@NullMarked
package io.shiplog.gateway.view;

import org.jspecify.annotations.NullMarked;
