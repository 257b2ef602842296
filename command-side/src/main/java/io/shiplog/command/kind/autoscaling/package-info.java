/** The kinds of the group {@code autoscaling}: the number of pods that a metric asks for. */
@NullMarked
package io.shiplog.command.kind.autoscaling;

import org.jspecify.annotations.NullMarked;
