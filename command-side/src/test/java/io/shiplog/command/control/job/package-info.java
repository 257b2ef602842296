/** Tests of the batch controllers. */
@NullMarked
package io.shiplog.command.control.job;

import org.jspecify.annotations.NullMarked;
