/** What a namespace uses of its quotas, counted from the decided objects; called by the decider for every kind. */
@NullMarked
package io.shiplog.command.kind.quota;

import org.jspecify.annotations.NullMarked;
