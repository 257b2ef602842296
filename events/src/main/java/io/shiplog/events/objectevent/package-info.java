/**
 * Kubernetes' Event objects as the parts of the cluster report them, called object events to keep them apart from the events of
 * the log. Controllers and node runners report; this package builds the commands and deduplicates repetitions. Depends on the
 * object, command and json packages, and does no IO.
 */
@NullMarked
package io.shiplog.events.objectevent;

import org.jspecify.annotations.NullMarked;
