/** Tests of the status of disruption budgets. */
@NullMarked
package io.shiplog.command.control.disruption;

import org.jspecify.annotations.NullMarked;
