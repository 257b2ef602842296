/** The status of quotas. */
@NullMarked
package io.shiplog.command.control.quota;

import org.jspecify.annotations.NullMarked;
