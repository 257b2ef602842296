/**
 * The commands about a cluster's past: {@code log}, {@code get}, {@code diff}, {@code blame}, {@code why}, {@code explain-schedule},
 * {@code undo}. Each calls the API and prints the answer; none decides anything. Called by the command line alone; depends on {@code
 * query}, {@code text} and {@code client}.
 */
@NullMarked
package io.shiplog.docker.history;

import org.jspecify.annotations.NullMarked;
