/**
 * The commands about a cluster's keys that go through its API: rotation, and {@code shred}, which destroys the keys of deleted
 * objects. Called by the command line and {@code launch.log}; depends on {@code client} and {@code history.query}.
 */
@NullMarked
package io.shiplog.docker.keys;

import org.jspecify.annotations.NullMarked;
