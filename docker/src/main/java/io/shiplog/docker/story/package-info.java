/**
 * The commands about a cluster's past: {@code log}, {@code get}, {@code diff}, {@code blame}, {@code why}, {@code
 * explain-schedule}; and those that revert or destroy part of it: {@code undo}, {@code shred}. Each calls the API and prints the
 * answer; none decides anything. Depends on the client package; only {@code launch} and the command line depend on it.
 */
@NullMarked
package io.shiplog.docker.story;

import org.jspecify.annotations.NullMarked;
