/** Tests of the scheduler. */
@NullMarked
package io.shiplog.command.schedule;

import org.jspecify.annotations.NullMarked;
