/**
 * What a part of the cluster tells people about an object: Kubernetes' Event objects, here called happenings so that nobody
 * mistakes them for the events of the log. Controllers and node runners tell; this package says it in Kubernetes' form and
 * keeps it short by counting repetitions. Depends on the object, command and json packages, and does no IO.
 */
@NullMarked
package io.shiplog.events.happening;

import org.jspecify.annotations.NullMarked;
