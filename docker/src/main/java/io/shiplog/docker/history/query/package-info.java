/**
 * The requests of the commands about the past: changes page by page, reviews, and where and about what the user asks. Called by
 * {@code docker.history} and {@code docker.keys}; depends on {@code client} alone.
 */
@NullMarked
package io.shiplog.docker.history.query;

import org.jspecify.annotations.NullMarked;
