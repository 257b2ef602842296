/**
 * How stored objects look to a client: as themselves in the version asked for, as rows of a table, as metadata alone, as a
 * Scale. Pure functions from bytes to bytes; depends on events and projections.
 */
@NullMarked
package io.shiplog.gateway.view;

import org.jspecify.annotations.NullMarked;
