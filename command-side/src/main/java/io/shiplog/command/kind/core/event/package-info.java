/** Event objects, in the core group and in {@code events.k8s.io}. */
@NullMarked
package io.shiplog.command.kind.core.event;

import org.jspecify.annotations.NullMarked;
