/**
 * The status of FlowSchemas. May depend only on the loop and the views.
 */
@NullMarked
package io.shiplog.command.control.flow;

import org.jspecify.annotations.NullMarked;
