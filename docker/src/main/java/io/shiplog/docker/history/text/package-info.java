/**
 * The answers of the history API as text for a terminal. Called by {@code docker.history}; depends on {@code query} for the
 * namespaces that a message names.
 */
@NullMarked
package io.shiplog.docker.history.text;

import org.jspecify.annotations.NullMarked;
