/**
 * The event stream for people: which events, and how a line of them reads. Pure; the {@code log} command feeds it from the
 * shards.
 */
@NullMarked
package io.shiplog.docker.story;

import org.jspecify.annotations.NullMarked;
