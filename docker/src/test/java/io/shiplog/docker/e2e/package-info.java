/**
 * End to end: a cluster as a user starts it (the script, a home of its own), real kubectl, real containers. Classes end in IT
 * and run after packaging; they share one cluster, except those that must kill theirs.
 */
@NullMarked
package io.shiplog.docker.e2e;

import org.jspecify.annotations.NullMarked;
