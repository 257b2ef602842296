/** The status of FlowSchemas. May depend on the control loop and on the kinds. */
@NullMarked
package io.shiplog.command.control.flow;

import org.jspecify.annotations.NullMarked;
