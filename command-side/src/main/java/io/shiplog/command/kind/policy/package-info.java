/** The kinds of the group {@code policy}: budgets for the disruption of pods. */
@NullMarked
package io.shiplog.command.kind.policy;

import org.jspecify.annotations.NullMarked;
