/** What a namespace may use: limits of each pod and claim, and quotas of all together. */
@NullMarked
package io.shiplog.command.kind.core.quota;

import org.jspecify.annotations.NullMarked;
